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
#[allow(deprecated, private_bounds, unreachable_code, unused_imports, clippy::pedantic)]
const _: () = {
    use ::steadfast::__private as __p;
    use __p::otherwise::*;
    #[automatically_derived]
    impl __p::Endpoint for create_payment {
        const META: __p::Meta = __p::Meta {
            range: __p::Range::since(__p::Date::known(20240115)),
            deprecated: ::core::option::Option::Some(__p::Date::known(20250930)),
            sunset: ::core::option::Option::Some(__p::Date::known(20270331)),
            idempotent: ::core::option::Option::Some(__p::IdempotentPolicy {
                operation: "POST /payments",
                operation_id: 12166040798502345197,
                named: false,
                scope: __p::ScopeRule::Caller,
                ttl: ::core::time::Duration::from_millis(86400000u64),
                lease: ::core::time::Duration::from_millis(60000u64),
                transactional: __p::IsTransaction::<Merchant>::VALUE
                    || __p::IsTransaction::<Tx<Sqlite>>::VALUE
                    || __p::IsTransaction::<Versioned<NewPayment>>::VALUE,
                stepped: __p::IsSteps::<Merchant>::VALUE
                    || __p::IsSteps::<Tx<Sqlite>>::VALUE
                    || __p::IsSteps::<Versioned<NewPayment>>::VALUE,
                referring: false,
                options: __p::Options::NONE,
            }),
            types: &[
                __p::ArgumentOf::<Merchant>::FACTS.history,
                __p::ArgumentOf::<Tx<Sqlite>>::FACTS.history,
                __p::ArgumentOf::<Versioned<NewPayment>>::FACTS.history,
                __p::HeadersOf::<Created<Versioned<Payment>>>::HISTORY,
                __p::HeadersOf::<Versioned<Payment>>::HISTORY,
                __p::Shown::<Result<Created<Versioned<Payment>>, Problem>>::HISTORY,
            ],
            ..__p::Meta::of(
                ::core::concat!(::core::module_path!(), "::", "create_payment"),
                __p::Method::Post,
                __p::Path::known(
                    "/payments",
                    [
                        8615652691741399373, 8615652691741399373, 0, 0, 39,
                        18446744073709551615,
                    ],
                ),
            )
        };
    }
    type __Sound = __p::If<
        {
            let _: fn() = || {
                __p::described::<Result<Created<Versioned<Payment>>, Problem>>();
                __p::known(__p::Ask::<Merchant>::argument().read());
                __p::known(__p::Ask::<Tx<Sqlite>>::argument().read());
                __p::known(__p::Ask::<Versioned<NewPayment>>::argument().read());
                __p::assert::send(create_payment(__p::any(), __p::any(), __p::any()));
            };
            true
        },
    >;
    type __Scope = <__p::If<
        {
            let _ = <Merchant as __p::Scope>::scope;
            true
        },
    > as __p::Stands<Merchant>>::Type;
    static __FACTS: __p::TypeFacts = __p::TypeFacts {
        classifier: __p::Classified::<
            Result<Created<Versioned<Payment>>, Problem>,
        >::CLASSIFIER,
        comparison: __p::BodyComparison {
            last: __p::ReadBody {
                reader: __p::ReadBy::<Versioned<NewPayment>>::READER,
                typed: __p::either(
                    __p::counted(
                        __p::CountedBy::<Versioned<NewPayment>>::TYPED,
                        __p::NotJson::<Versioned<NewPayment>>::NAME,
                        &[__p::CountedIn::<NewPayment>::TYPED],
                    ),
                    __p::TypedBy::<Versioned<NewPayment>>::TYPED,
                ),
                history: __p::HistoryBy::<Versioned<NewPayment>>::HISTORY,
            },
            others: &[
                __p::HistoryBy::<Merchant>::HISTORY,
                __p::HistoryBy::<Tx<Sqlite>>::HISTORY,
            ],
            older: &[],
        },
        translations: &[
            __p::TranslatedBy::<
                Result<Created<Versioned<Payment>>, Problem>,
            >::TRANSLATION,
            __p::ErrorTranslatedBy::<
                Result<Created<Versioned<Payment>>, Problem>,
            >::TRANSLATION,
            __p::TranslatedBy::<Created<Versioned<Payment>>>::TRANSLATION,
            __p::TranslatedBy::<Versioned<Payment>>::TRANSLATION,
        ],
    };
    #[automatically_derived]
    impl<__H, __S, __T> __p::Handled<__H, __T, __S> for create_payment
    where
        <__Sound as __p::Stands<__H>>::Type: __p::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
        __Scope: __p::axum::extract::FromRequestParts<__S>,
    {
        fn scope<'__a>(
            __parts: &'__a mut __p::http::request::Parts,
            __state: &'__a __S,
        ) -> __p::Extracting<'__a, ::std::string::String> {
            __p::extracting(__p::scope::<__Scope, __S>(__parts, __state))
        }
        const FACTS: __p::TypeFacts = __FACTS;
        fn made(__handler: __H, making: __p::Making) -> __p::Made<__S> {
            __p::made::<__p::Idempotent, Self, __H, __T, __S>(__handler, &making)
        }
    }
    __p::assert::argument(
        __p::ArgumentOf::<Merchant>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        true,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Tx<Sqlite>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        true,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Versioned<NewPayment>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        true,
    );
    __p::assert::response(
        __p::Shown::<Result<Created<Versioned<Payment>>, Problem>>::HISTORY,
        __p::Shown::<Result<Created<Versioned<Payment>>, Problem>>::HEAD,
        __p::Shown::<Result<Created<Versioned<Payment>>, Problem>>::INSTEAD,
        __p::Asks::Versioned(__p::Date::known(20240115)),
    );
    __p::assert::is_counted(
        __p::counted(
                __p::CountedBy::<Versioned<NewPayment>>::TYPED,
                __p::NotJson::<Versioned<NewPayment>>::NAME,
                &[__p::CountedIn::<NewPayment>::TYPED],
            )
            .is_some(),
        __p::NotJson::<Versioned<NewPayment>>::NAME,
        &[__p::Counted::<NewPayment>::SKIPS],
    );
    __p::assert::repeats::<create_payment>(__p::Unrepeatable::<Merchant>::NAME);
    __p::assert::repeats::<create_payment>(__p::Unrepeatable::<Tx<Sqlite>>::NAME);
    __p::assert::repeats::<
        create_payment,
    >(__p::Unrepeatable::<Versioned<NewPayment>>::NAME);
    __p::assert::repeats::<
        create_payment,
    >(__p::Unrepeatable::<Result<Created<Versioned<Payment>>, Problem>>::NAME);
    __p::assert::repeats::<
        create_payment,
    >(__p::Unrepeatable::<Created<Versioned<Payment>>>::NAME);
    __p::assert::repeats::<
        create_payment,
    >(__p::Unrepeatable::<Versioned<Payment>>::NAME);
};
