#[automatically_derived]
impl ::steadfast::__private::Change for TaxIncluded {
    type Versions = Version;
    const IN: ::steadfast::__private::Date = ::steadfast::__private::Date::known(
        20250930,
    );
    const NAME: &'static str = "TaxIncluded";
    const NOTE: &'static str = "Prices include tax.";
}
const _: () = ::steadfast::__private::check::change::<TaxIncluded>();
