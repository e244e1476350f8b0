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
        path: ::steadfast::__private::Path::new("/charges"),
        range: ::steadfast::__private::Range::Versions {
            since: ::steadfast::__private::date("2024-01-15"),
            until: ::core::option::Option::None,
            gap: false,
        },
        deprecated: ::core::option::Option::None,
        sunset: ::core::option::Option::None,
        idempotent: ::core::option::Option::None,
        types: {
            #[allow(unused_imports)]
            use ::steadfast::__private::NotInBody as _;
            &[
                ::steadfast::__private::InWhole::<Customer>::HISTORY,
                ::steadfast::__private::InBody::<Customer, Customer>::HISTORY,
                ::steadfast::__private::InWhole::<Versioned<NewCharge>>::HISTORY,
                ::steadfast::__private::InBody::<NewCharge, NewCharge>::HISTORY,
                ::steadfast::__private::InBody::<
                    Versioned<NewCharge>,
                    NewCharge,
                >::HISTORY,
                ::steadfast::__private::InWhole::<Query<OldExpand>>::HISTORY,
                ::steadfast::__private::InBody::<OldExpand, OldExpand>::HISTORY,
                ::steadfast::__private::InBody::<Query<OldExpand>, OldExpand>::HISTORY,
                ::steadfast::__private::InWhole::<Versioned<OldCharge>>::HISTORY,
                ::steadfast::__private::InBody::<OldCharge, OldCharge>::HISTORY,
                ::steadfast::__private::InBody::<
                    Versioned<OldCharge>,
                    OldCharge,
                >::HISTORY,
                ::steadfast::__private::InWhole::<Created<Versioned<Charge>>>::HISTORY,
                ::steadfast::__private::InError::<Created<Versioned<Charge>>>::HISTORY,
                ::steadfast::__private::InBody::<Charge, Charge>::HISTORY,
                ::steadfast::__private::InBody::<
                    Created<Versioned<Charge>>,
                    Versioned<Charge>,
                >::HISTORY,
                ::steadfast::__private::InBody::<
                    Created<Versioned<Charge>>,
                    Charge,
                >::HISTORY,
                ::steadfast::__private::InBody::<Versioned<Charge>, Charge>::HISTORY,
            ]
        },
        written: &[],
        statements: &[
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::date("2025-09-30"),
                parts: &[::steadfast::__private::Part::Request],
                note: ::core::option::Option::Some(
                    "`expand` moved from the query into the body.",
                ),
            },
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::date("2025-03-31"),
                parts: &[::steadfast::__private::Part::Response],
                note: ::core::option::Option::None,
            },
            ::steadfast::__private::Statement {
                date: ::steadfast::__private::date("2024-12-18"),
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
            let _ = <Created<
                Versioned<Charge>,
            > as ::steadfast::__private::axum::response::IntoResponse>::into_response;
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
                >(::steadfast::__private::answered(page_to_list(__answer)))
            };
            ::steadfast::__private::Changed::<
                Self,
                __H,
                (__T, __M1),
                __S,
            >::new::<__T>(__handler, __making)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::date("2025-09-30"), __before_1)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::date("2025-03-31"), __before_2)
                .before::<
                    _,
                    (__M1, Customer, Query<OldExpand>, Versioned<OldCharge>),
                >(::steadfast::__private::date("2024-12-18"), __before_2)
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
        use ::steadfast::__private::Otherwise as _;
        const _: () = {
            ::steadfast::__private::assert::read_before(
                ::steadfast::__private::IsTransaction::<Versioned<OldCharge>>::VALUE,
            );
            ::steadfast::__private::assert::read_before(
                ::steadfast::__private::IsTransaction::<Query<OldExpand>>::VALUE,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Versioned<NewCharge>>::NAME,
                ::steadfast::__private::IsHeadOnly::<Versioned<NewCharge>>::INSTEAD,
                false,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Query<OldExpand>>::NAME,
                ::steadfast::__private::IsHeadOnly::<Query<OldExpand>>::INSTEAD,
                false,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Versioned<OldCharge>>::NAME,
                ::steadfast::__private::IsHeadOnly::<Versioned<OldCharge>>::INSTEAD,
                false,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Customer>::NAME,
                ::steadfast::__private::IsHeadOnly::<Customer>::INSTEAD,
                false,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Created<Versioned<Charge>>>::NAME,
                ::steadfast::__private::IsHeadOnly::<
                    Created<Versioned<Charge>>,
                >::INSTEAD,
                false,
            );
            ::steadfast::__private::assert::fits(
                ::steadfast::__private::NeedsRecord::<Versioned<Charge>>::NAME,
                ::steadfast::__private::IsHeadOnly::<Versioned<Charge>>::INSTEAD,
                false,
            );
        };
    }
};
