#[api_version(__done)]
async fn create(
    customer: Customer,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    ledger::charge(customer, new).await
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_copy_implementations,
    missing_debug_implementations
)]
#[allow(clippy::empty_structs_with_brackets)]
struct create {}
#[automatically_derived]
impl ::steadfast::__private::Endpoint for create {
    const META: ::steadfast::__private::Meta = ::steadfast::__private::Meta {
        name: ::core::concat!(::core::module_path!(), "::", "create"),
        method: ::steadfast::__private::Method::Post,
        path: ::steadfast::__private::Path::known(
            "/charges",
            [13802886345744425751, 13802886345744425751, 0, 0, 167, 18446744073709551615],
        ),
        range: ::steadfast::__private::Range::Versions {
            since: ::steadfast::__private::Date::known(20240115),
            until: ::core::option::Option::None,
            gap: false,
        },
        deprecated: ::core::option::Option::None,
        sunset: ::core::option::Option::None,
        idempotent: ::core::option::Option::None,
        types: {
            #[allow(unused_imports)]
            use ::steadfast::__private::{
                NoHeaders as _, NotDescribed as _, OtherArgument as _,
            };
            &[
                ::steadfast::__private::ArgumentOf::<Customer>::FACTS.history,
                ::steadfast::__private::ArgumentOf::<Versioned<NewCharge>>::FACTS
                    .history,
                ::steadfast::__private::ArgumentOf::<Query<OldExpand>>::FACTS.history,
                ::steadfast::__private::ArgumentOf::<Versioned<OldCharge>>::FACTS
                    .history,
                ::steadfast::__private::HeadersOf::<Versioned<Charge>>::HISTORY,
                ::steadfast::__private::Shown::<Created<Versioned<Charge>>>::HISTORY,
                ::steadfast::__private::UNKNOWN,
            ]
        },
        written: &[],
        is_said: true,
        is_opaque: false,
        statements: &[
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::Date::known(20250930),
                parts: &[::steadfast::__private::Part::Request],
                note: ::core::option::Option::Some(
                    "`expand` moved from the query into the body.",
                ),
            },
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::Date::known(20250331),
                parts: &[::steadfast::__private::Part::Response],
                note: ::core::option::Option::None,
            },
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::Date::known(20241218),
                parts: &[
                    ::steadfast::__private::Part::Status {
                        new: 201u16,
                        old: 200u16,
                    },
                    ::steadfast::__private::Part::Header {
                        new: "Total-Count",
                        old: ::core::option::Option::Some("X-Total"),
                    },
                ],
                note: ::core::option::Option::None,
            },
        ],
    };
}
const _: () = {
    #[allow(deprecated, unreachable_code)]
    type __Sound = ::steadfast::__private::If<
        {
            ::steadfast::__private::described::<Created<Versioned<Charge>>>();
            let _: fn() = || {
                #[allow(unused_imports)]
                use ::steadfast::__private::Asked as _;
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Customer>::argument().read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Versioned<NewCharge>>::argument()
                        .read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Query<OldExpand>>::argument().read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Versioned<OldCharge>>::argument()
                        .read(),
                );
            };
            let _: fn() = || {
                ::steadfast::__private::assert::send(
                    create(::steadfast::__private::any(), ::steadfast::__private::any()),
                );
            };
            true
        },
    >;
    #[automatically_derived]
    #[allow(private_bounds)]
    impl<__H, __S, __T, __M1> ::steadfast::__private::Handled<__H, (__T, __M1), __S>
    for create
    where
        <__Sound as ::steadfast::__private::Stands<
            __H,
        >>::Type: ::steadfast::__private::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
        Customer: ::steadfast::__private::axum::extract::FromRequestParts<__S>,
        Query<OldExpand>: ::steadfast::__private::axum::extract::FromRequestParts<__S>,
        Versioned<
            OldCharge,
        >: ::steadfast::__private::axum::extract::FromRequest<__S, __M1>,
        __M1: 'static,
    {
        fn made(
            __handler: __H,
            __making: ::steadfast::__private::Making,
        ) -> ::steadfast::__private::Made<__S> {
            let __before_1 = move |
                __argument_0: Customer,
                __argument_2: Query<OldExpand>,
                __argument_3: Versioned<OldCharge>|
            async move {
                let __argument_1 = ::steadfast::__private::upgraded_into::<
                    Versioned<NewCharge>,
                    _,
                >(expand_into_body(__argument_2, __argument_3))?;
                ::core::result::Result::Ok::<
                    _,
                    ::steadfast::__private::Refused,
                >(
                    ::steadfast::__private::answered(
                        ::steadfast::__private::returned(
                            create(__argument_0, __argument_1).await,
                        ),
                    ),
                )
            };
            let __before_2 = move |
                __argument_0: Customer,
                __argument_2: Query<OldExpand>,
                __argument_3: Versioned<OldCharge>|
            async move {
                let __answer = __before_1(__argument_0, __argument_2, __argument_3)
                    .await?
                    .into_inner();
                ::core::result::Result::Ok::<
                    _,
                    ::steadfast::__private::Refused,
                >(
                    ::steadfast::__private::answered_known::<
                        { ::steadfast::__private::Date::known(20240115).number() },
                        _,
                    >(page_to_list(__answer)),
                )
            };
            ::steadfast::__private::Changed::<
                ::steadfast::__private::Plain,
                Self,
                __H,
                (__T, __M1),
                __S,
            >::new::<__T>(__handler, __making)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::Date::known(20250930), __before_1)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::Date::known(20250331), __before_2)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::Date::known(20241218), __before_2)
                .made()
        }
    }
};
const _: () = {
    #[allow(
        dead_code,
        deprecated,
        unused_imports,
        clippy::pedantic,
        clippy::too_many_arguments
    )]
    fn assertions() {
        use ::steadfast::__private::{
            NotDescribed as _, OtherArgument as _, Otherwise as _,
        };
        const _: () = {
            ::steadfast::__private::assert::read_before(
                ::steadfast::__private::IsTransaction::<Versioned<OldCharge>>::VALUE,
            );
            ::steadfast::__private::assert::read_before(
                ::steadfast::__private::IsTransaction::<Query<OldExpand>>::VALUE,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Customer>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Versioned<NewCharge>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Query<OldExpand>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Versioned<OldCharge>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::response(
                ::steadfast::__private::Shown::<Created<Versioned<Charge>>>::HISTORY,
                ::steadfast::__private::Shown::<Created<Versioned<Charge>>>::HEAD,
                ::steadfast::__private::Shown::<Created<Versioned<Charge>>>::INSTEAD,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
            );
        };
    }
};
