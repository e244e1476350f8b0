#[automatically_derived]
impl ::steadfast::__private::Change for TaxIncluded {
    type Versions = Version;
    const IN: ::steadfast::__private::Date = ::steadfast::__private::date("2025-09-30");
    const NAME: &'static str = "TaxIncluded";
    const NOTE: &'static str = "Prices include tax.";
}
const _: () = ::steadfast::__private::check::change::<TaxIncluded>();
