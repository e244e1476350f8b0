#[api_version(__done)]
#[idempotent(__done)]
pub async fn create_payment(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    Versioned(new): Versioned<NewPayment>,
) -> Result<Created<Versioned<Payment>>, Problem> {
    ledger::insert(&mut tx, &merchant, new).await
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_copy_implementations,
    missing_debug_implementations
)]
#[allow(clippy::empty_structs_with_brackets)]
pub struct create_payment {}
#[automatically_derived]
impl ::steadfast::__private::Endpoint for create_payment {
    const META: ::steadfast::__private::Meta = ::steadfast::__private::Meta {
        name: ::core::concat!(::core::module_path!(), "::", "create_payment"),
        method: ::steadfast::__private::Method::Post,
        path: ::steadfast::__private::Path::known(
            "/payments",
            [8615652691741399373, 8615652691741399373, 0, 0, 39, 18446744073709551615],
        ),
        range: ::steadfast::__private::Range::Versions {
            since: ::steadfast::__private::Date::known(20240115),
            until: ::core::option::Option::None,
            gap: false,
        },
        deprecated: ::core::option::Option::Some(
            ::steadfast::__private::Date::known(20250930),
        ),
        sunset: ::core::option::Option::Some(
            ::steadfast::__private::Date::known(20270331),
        ),
        idempotent: ::core::option::Option::Some(::steadfast::__private::IdempotentPolicy {
            operation: "POST /payments",
            operation_id: 12166040798502345197,
            named: false,
            scope: ::steadfast::__private::ScopeRule::Caller,
            ttl: ::core::time::Duration::from_millis(86400000u64),
            lease: ::core::time::Duration::from_millis(60000u64),
            transactional: {
                #[allow(unused_imports)]
                use ::steadfast::__private::Otherwise as _;
                ::steadfast::__private::IsTransaction::<Merchant>::VALUE
                    || ::steadfast::__private::IsTransaction::<Tx<Sqlite>>::VALUE
                    || ::steadfast::__private::IsTransaction::<
                        Versioned<NewPayment>,
                    >::VALUE
            },
            stepped: {
                #[allow(unused_imports)]
                use ::steadfast::__private::Otherwise as _;
                ::steadfast::__private::IsSteps::<Merchant>::VALUE
                    || ::steadfast::__private::IsSteps::<Tx<Sqlite>>::VALUE
                    || ::steadfast::__private::IsSteps::<Versioned<NewPayment>>::VALUE
            },
            referring: false,
            options: ::steadfast::__private::Options::NONE,
        }),
        types: {
            #[allow(unused_imports)]
            use ::steadfast::__private::{
                NoHeaders as _, NotDescribed as _, OtherArgument as _,
            };
            &[
                ::steadfast::__private::ArgumentOf::<Merchant>::FACTS.history,
                ::steadfast::__private::ArgumentOf::<Tx<Sqlite>>::FACTS.history,
                ::steadfast::__private::ArgumentOf::<Versioned<NewPayment>>::FACTS
                    .history,
                ::steadfast::__private::HeadersOf::<
                    Created<Versioned<Payment>>,
                >::HISTORY,
                ::steadfast::__private::HeadersOf::<Versioned<Payment>>::HISTORY,
                ::steadfast::__private::Shown::<
                    Result<Created<Versioned<Payment>>, Problem>,
                >::HISTORY,
            ]
        },
        written: &[],
        is_said: true,
        is_opaque: false,
        statements: &[],
    };
}
const _: () = {
    #[allow(deprecated, unreachable_code)]
    type __Sound = ::steadfast::__private::If<
        {
            ::steadfast::__private::described::<
                Result<Created<Versioned<Payment>>, Problem>,
            >();
            let _: fn() = || {
                #[allow(unused_imports)]
                use ::steadfast::__private::Asked as _;
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Merchant>::argument().read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Tx<Sqlite>>::argument().read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Versioned<NewPayment>>::argument()
                        .read(),
                );
            };
            let _: fn() = || {
                ::steadfast::__private::assert::send(
                    create_payment(
                        ::steadfast::__private::any(),
                        ::steadfast::__private::any(),
                        ::steadfast::__private::any(),
                    ),
                );
            };
            true
        },
    >;
    type __Scope = <::steadfast::__private::If<
        {
            let _ = <Merchant as ::steadfast::__private::Scope>::scope;
            true
        },
    > as ::steadfast::__private::Stands<Merchant>>::Type;
    static __CLASSIFIER: ::core::option::Option<::steadfast::__private::Classifier> = {
        #[allow(unused_imports)]
        use ::steadfast::__private::Unclassified as _;
        ::steadfast::__private::Classified::<
            Result<Created<Versioned<Payment>>, Problem>,
        >::CLASSIFIER
    };
    static __COMPARISON: ::steadfast::__private::BodyComparison = {
        #[allow(unused_imports)]
        use ::steadfast::__private::{NotRead as _, NotTyped as _, Otherwise as _};
        ::steadfast::__private::BodyComparison {
            last: ::steadfast::__private::ReadBody {
                reader: ::steadfast::__private::ReadBy::<Versioned<NewPayment>>::READER,
                typed: ::steadfast::__private::either(
                    ::steadfast::__private::counted(
                        ::steadfast::__private::CountedBy::<
                            Versioned<NewPayment>,
                        >::TYPED,
                        ::steadfast::__private::NotJson::<Versioned<NewPayment>>::NAME,
                        &[::steadfast::__private::CountedIn::<NewPayment>::TYPED],
                    ),
                    ::steadfast::__private::TypedBy::<Versioned<NewPayment>>::TYPED,
                ),
                history: ::steadfast::__private::HistoryBy::<
                    Versioned<NewPayment>,
                >::HISTORY,
            },
            others: &[
                ::steadfast::__private::HistoryBy::<Merchant>::HISTORY,
                ::steadfast::__private::HistoryBy::<Tx<Sqlite>>::HISTORY,
            ],
            older: &[],
        }
    };
    static __TRANSLATIONS: &'static [::core::option::Option<
        ::steadfast::__private::Translation,
    >] = {
        #[allow(unused_imports)]
        use ::steadfast::__private::NotTranslated as _;
        &[
            ::steadfast::__private::TranslatedBy::<
                Result<Created<Versioned<Payment>>, Problem>,
            >::TRANSLATION,
            ::steadfast::__private::ErrorTranslatedBy::<
                Result<Created<Versioned<Payment>>, Problem>,
            >::TRANSLATION,
            ::steadfast::__private::TranslatedBy::<
                Created<Versioned<Payment>>,
            >::TRANSLATION,
            ::steadfast::__private::TranslatedBy::<Versioned<Payment>>::TRANSLATION,
        ]
    };
    #[automatically_derived]
    #[allow(private_bounds)]
    impl<__H, __S, __T> ::steadfast::__private::Handled<__H, __T, __S> for create_payment
    where
        <__Sound as ::steadfast::__private::Stands<
            __H,
        >>::Type: ::steadfast::__private::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
        __Scope: ::steadfast::__private::axum::extract::FromRequestParts<__S>,
    {
        async fn scope(
            parts: &mut ::steadfast::__private::http::request::Parts,
            state: &__S,
        ) -> ::core::result::Result<
            ::std::string::String,
            ::steadfast::__private::axum::response::Response,
        > {
            ::steadfast::__private::scope::<__Scope, __S>(parts, state).await
        }
        const CLASSIFIER: ::core::option::Option<::steadfast::__private::Classifier> = __CLASSIFIER;
        const COMPARISON: ::steadfast::__private::BodyComparison = __COMPARISON;
        const TRANSLATIONS: &'static [::core::option::Option<
            ::steadfast::__private::Translation,
        >] = __TRANSLATIONS;
        fn made(
            __handler: __H,
            making: ::steadfast::__private::Making,
        ) -> ::steadfast::__private::Made<__S> {
            ::steadfast::__private::made::<
                ::steadfast::__private::Idempotent,
                Self,
                __H,
                __T,
                __S,
            >(__handler, &making)
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
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Merchant>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                true,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Tx<Sqlite>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                true,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Versioned<NewPayment>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                true,
            );
            ::steadfast::__private::assert::response(
                ::steadfast::__private::Shown::<
                    Result<Created<Versioned<Payment>>, Problem>,
                >::HISTORY,
                ::steadfast::__private::Shown::<
                    Result<Created<Versioned<Payment>>, Problem>,
                >::HEAD,
                ::steadfast::__private::Shown::<
                    Result<Created<Versioned<Payment>>, Problem>,
                >::INSTEAD,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
            );
            {
                #[allow(unused_imports)]
                use ::steadfast::__private::{CountsWhole as _, NotTyped as _};
                ::steadfast::__private::assert::is_counted(
                    ::steadfast::__private::counted(
                            ::steadfast::__private::CountedBy::<
                                Versioned<NewPayment>,
                            >::TYPED,
                            ::steadfast::__private::NotJson::<
                                Versioned<NewPayment>,
                            >::NAME,
                            &[::steadfast::__private::CountedIn::<NewPayment>::TYPED],
                        )
                        .is_some(),
                    ::steadfast::__private::NotJson::<Versioned<NewPayment>>::NAME,
                    &[::steadfast::__private::Counted::<NewPayment>::SKIPS],
                );
            }
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(::steadfast::__private::Unrepeatable::<Merchant>::NAME);
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(::steadfast::__private::Unrepeatable::<Tx<Sqlite>>::NAME);
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(::steadfast::__private::Unrepeatable::<Versioned<NewPayment>>::NAME);
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(
                ::steadfast::__private::Unrepeatable::<
                    Result<Created<Versioned<Payment>>, Problem>,
                >::NAME,
            );
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(::steadfast::__private::Unrepeatable::<Created<Versioned<Payment>>>::NAME);
            ::steadfast::__private::assert::repeats::<
                create_payment,
            >(::steadfast::__private::Unrepeatable::<Versioned<Payment>>::NAME);
        };
    }
};
