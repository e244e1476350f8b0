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
#[allow(deprecated, private_bounds, unreachable_code, unused_imports, clippy::pedantic)]
const _: () = {
    use ::steadfast::__private as __p;
    use __p::otherwise::*;
    #[automatically_derived]
    impl __p::Endpoint for create {
        const META: __p::Meta = __p::Meta {
            range: __p::Range::since(__p::Date::known(20240115)),
            types: &[
                __p::ArgumentOf::<Customer>::FACTS.history,
                __p::ArgumentOf::<Versioned<NewCharge>>::FACTS.history,
                __p::ArgumentOf::<Query<OldExpand>>::FACTS.history,
                __p::ArgumentOf::<Versioned<OldCharge>>::FACTS.history,
                __p::HeadersOf::<Versioned<Charge>>::HISTORY,
                __p::Shown::<Created<Versioned<Charge>>>::HISTORY,
                __p::UNKNOWN,
            ],
            statements: &[
                __p::Statement {
                    date: __p::Date::known(20250930),
                    parts: &[__p::Part::Request],
                    note: ::core::option::Option::Some(
                        "`expand` moved from the query into the body.",
                    ),
                },
                __p::Statement {
                    date: __p::Date::known(20250331),
                    parts: &[__p::Part::Response],
                    note: ::core::option::Option::None,
                },
                __p::Statement {
                    date: __p::Date::known(20241218),
                    parts: &[
                        __p::Part::Status {
                            new: 201u16,
                            old: 200u16,
                        },
                        __p::Part::Header {
                            new: "Total-Count",
                            old: ::core::option::Option::Some("X-Total"),
                        },
                    ],
                    note: ::core::option::Option::None,
                },
            ],
            ..__p::Meta::of(
                ::core::concat!(::core::module_path!(), "::", "create"),
                __p::Method::Post,
                __p::Path::known(
                    "/charges",
                    [
                        13802886345744425751, 13802886345744425751, 0, 0, 167,
                        18446744073709551615,
                    ],
                ),
            )
        };
    }
    type __Sound = __p::If<
        {
            let _: fn() = || {
                __p::described::<Created<Versioned<Charge>>>();
                __p::known(__p::Ask::<Customer>::argument().read());
                __p::known(__p::Ask::<Versioned<NewCharge>>::argument().read());
                __p::known(__p::Ask::<Query<OldExpand>>::argument().read());
                __p::known(__p::Ask::<Versioned<OldCharge>>::argument().read());
                __p::assert::send(create(__p::any(), __p::any()));
            };
            true
        },
    >;
    #[automatically_derived]
    impl<__H, __S, __T, __M1> __p::Handled<__H, (__T, __M1), __S> for create
    where
        <__Sound as __p::Stands<__H>>::Type: __p::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
        Customer: __p::axum::extract::FromRequestParts<__S>,
        Query<OldExpand>: __p::axum::extract::FromRequestParts<__S>,
        Versioned<OldCharge>: __p::axum::extract::FromRequest<__S, __M1>,
        __M1: 'static,
    {
        fn made(__handler: __H, __making: __p::Making) -> __p::Made<__S> {
            let __before_1 = move |
                __argument_0: Customer,
                __argument_2: Query<OldExpand>,
                __argument_3: Versioned<OldCharge>|
            async move {
                let __argument_1 = __p::upgraded_into::<
                    Versioned<NewCharge>,
                    _,
                >(expand_into_body(__argument_2, __argument_3))?;
                ::core::result::Result::Ok::<
                    _,
                    __p::Refused,
                >(__p::answered(__p::returned(create(__argument_0, __argument_1).await)))
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
                    __p::Refused,
                >(
                    __p::answered_known::<
                        { __p::Date::known(20240115).number() },
                        _,
                    >(page_to_list(__answer)),
                )
            };
            __p::Changed::<
                __p::Plain,
                Self,
                __H,
                (__T, __M1),
                __S,
            >::new::<__T>(__handler, __making)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(__p::Date::known(20250930), __before_1)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(__p::Date::known(20250331), __before_2)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(__p::Date::known(20241218), __before_2)
                .made()
        }
    }
    __p::assert::read_before(__p::IsTransaction::<Query<OldExpand>>::VALUE);
    __p::assert::read_before(__p::IsTransaction::<Versioned<OldCharge>>::VALUE);
    __p::assert::argument(
        __p::ArgumentOf::<Customer>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Versioned<NewCharge>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Query<OldExpand>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Versioned<OldCharge>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::response(
        __p::Shown::<Created<Versioned<Charge>>>::HISTORY,
        __p::Shown::<Created<Versioned<Charge>>>::HEAD,
        __p::Shown::<Created<Versioned<Charge>>>::INSTEAD,
        __p::Asks::Versioned(__p::Date::known(20240115)),
    );
};
