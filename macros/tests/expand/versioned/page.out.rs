#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub cursor: Cursor,
}
#[automatically_derived]
impl<T: ::steadfast::__private::Shape> ::steadfast::__private::Shape for Page<T> {
    const PATH: &'static str = ::core::concat!(::core::module_path!(), "::", "Page");
    const DECLARED: u64 = ::steadfast::__private::type_id(
        <Self as ::steadfast::__private::Shape>::PATH,
        ::core::line!(),
        ::core::column!(),
    );
    const ID: u64 = ::steadfast::__private::joined(
        <Self as ::steadfast::__private::Shape>::DECLARED,
        <T as ::steadfast::__private::Shape>::KEY,
    );
    const CHANGES: &'static [::steadfast::__private::TypeChange] = &[];
    const HISTORY: &'static ::steadfast::__private::TypeHistory = &::steadfast::__private::TypeHistory {
        id: <Self as ::steadfast::__private::Shape>::ID,
        path: <Self as ::steadfast::__private::Shape>::PATH,
        writes: true,
        reads: true,
        changes: <Self as ::steadfast::__private::Shape>::CHANGES,
        held: <Self as ::steadfast::__private::Holds<
            ::steadfast::__private::Full,
        >>::HELD,
        opaque: &["cursor"],
        layout: ::steadfast::__private::Layout::Fields,
    };
    type At<__D: ::steadfast::__private::Depth> = ::steadfast::__private::Of<Self, __D>;
}
#[automatically_derived]
impl<
    T: ::steadfast::__private::Shape,
    __D: ::steadfast::__private::Depth,
> ::steadfast::__private::Holds<__D> for Page<T> {
    const HELD: &'static [::steadfast::__private::Held] = &[
        ::steadfast::__private::held::<Vec<T>, __D>("data", "/data"),
        {
            #[allow(unused_imports)]
            use ::steadfast::__private::TellsLess as _;
            ::steadfast::__private::opaque(
                "cursor",
                "/cursor",
                ::steadfast::__private::OpaqueTells::<Cursor>::TELLS,
            )
        },
    ];
    const TELLS: ::steadfast::__private::Told = ::steadfast::__private::rows_tell(
        <Self as ::steadfast::__private::Holds<__D>>::HELD,
        &[0usize, 1usize],
    );
    const NULL: ::steadfast::__private::Null = ::steadfast::__private::Null::Never;
    const MIXES: bool = ::steadfast::__private::any_mixes(
        <Self as ::steadfast::__private::Holds<__D>>::HELD,
    );
}
