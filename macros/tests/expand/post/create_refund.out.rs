#[api_version(__done)]
#[idempotent(__done)]
async fn create_refund(
    merchant: Merchant,
    Versioned(new): Versioned<NewRefund>,
) -> Created<Versioned<Refund>> {
    ledger::refund(merchant, new).await
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_copy_implementations,
    missing_debug_implementations
)]
#[allow(clippy::empty_structs_with_brackets)]
struct create_refund {}
#[allow(deprecated, private_bounds, unreachable_code, unused_imports, clippy::pedantic)]
const _: () = {
    use ::steadfast::__private as __p;
    use __p::otherwise::*;
    #[automatically_derived]
    impl __p::Endpoint for create_refund {
        const META: __p::Meta = __p::Meta {
            range: __p::Range::since(__p::Date::known(20240115)),
            idempotent: ::core::option::Option::Some(__p::IdempotentPolicy {
                operation: "refund",
                operation_id: 14687579914102260543,
                named: true,
                scope: __p::ScopeRule::Caller,
                ttl: ::core::time::Duration::from_millis(259200000u64),
                lease: ::core::time::Duration::from_millis(30000u64),
                transactional: __p::IsTransaction::<Merchant>::VALUE
                    || __p::IsTransaction::<Versioned<NewRefund>>::VALUE,
                stepped: __p::IsSteps::<Merchant>::VALUE
                    || __p::IsSteps::<Versioned<NewRefund>>::VALUE,
                referring: false,
                options: __p::Options {
                    in_progress: ::core::option::Option::Some(
                        ::steadfast::__private::InProgress::Wait(
                            ::core::time::Duration::from_millis(5000u64),
                        ),
                    ),
                    on_lost: ::core::option::Option::Some(
                        ::steadfast::__private::OnLost::Recover,
                    ),
                    authorize: &["MayRefund"],
                    ..__p::Options::NONE
                },
            }),
            types: &[
                __p::RecoveredBy::<AskBank>::HISTORY,
                __p::ArgumentOf::<Merchant>::FACTS.history,
                __p::ArgumentOf::<Versioned<NewRefund>>::FACTS.history,
                __p::HeadersOf::<Versioned<Refund>>::HISTORY,
                __p::Shown::<Created<Versioned<Refund>>>::HISTORY,
            ],
            ..__p::Meta::of(
                ::core::concat!(::core::module_path!(), "::", "create_refund"),
                __p::Method::Post,
                __p::Path::known(
                    "/refunds",
                    [
                        7204621219889268205, 7204621219889268205, 0, 0, 37,
                        18446744073709551615,
                    ],
                ),
            )
        };
    }
    type __Sound = __p::If<
        {
            let _: fn() = || {
                __p::described::<Created<Versioned<Refund>>>();
                __p::known(__p::Ask::<Merchant>::argument().read());
                __p::known(__p::Ask::<Versioned<NewRefund>>::argument().read());
                __p::found_described(__p::RecoveredBy::<AskBank>::response());
                __p::assert::send(create_refund(__p::any(), __p::any()));
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
    type __Authorize0 = MayRefund;
    type __Recover = <__p::If<
        {
            let _: ::core::option::Option<<AskBank as __p::Recover>::Answer>;
            true
        },
    > as __p::Stands<AskBank>>::Type;
    static __FACTS: __p::TypeFacts = __p::TypeFacts {
        classifier: __p::Classified::<Created<Versioned<Refund>>>::CLASSIFIER,
        comparison: __p::BodyComparison {
            last: __p::ReadBody {
                reader: __p::ReadBy::<Versioned<NewRefund>>::READER,
                typed: __p::either(
                    __p::counted(
                        __p::CountedBy::<Versioned<NewRefund>>::TYPED,
                        __p::NotJson::<Versioned<NewRefund>>::NAME,
                        &[__p::CountedIn::<NewRefund>::TYPED],
                    ),
                    __p::TypedBy::<Versioned<NewRefund>>::TYPED,
                ),
                history: __p::HistoryBy::<Versioned<NewRefund>>::HISTORY,
            },
            others: &[__p::HistoryBy::<Merchant>::HISTORY],
            older: &[],
        },
        translations: &[
            __p::TranslatedBy::<Created<Versioned<Refund>>>::TRANSLATION,
            __p::ErrorTranslatedBy::<Created<Versioned<Refund>>>::TRANSLATION,
            __p::TranslatedBy::<Versioned<Refund>>::TRANSLATION,
        ],
    };
    #[automatically_derived]
    impl<__H, __S, __T> __p::Handled<__H, __T, __S> for create_refund
    where
        <__Sound as __p::Stands<__H>>::Type: __p::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
        __Scope: __p::axum::extract::FromRequestParts<__S>,
        __Authorize0: __p::axum::extract::FromRequestParts<__S>,
        __Recover: __p::axum::extract::FromRequestParts<__S>,
    {
        fn scope<'__a>(
            parts: &'__a mut __p::http::request::Parts,
            state: &'__a __S,
        ) -> __p::Extracting<'__a, ::std::string::String> {
            __p::extracting(async move {
                let scope = __p::scope::<__Scope, __S>(parts, state).await?;
                __p::authorize::<__Authorize0, __S>(parts, state).await?;
                ::core::result::Result::Ok(scope)
            })
        }
        fn recover<'__a>(
            __parts: &'__a mut __p::http::request::Parts,
            __state: &'__a __S,
            __lost: __p::LostExecution,
            __older_than: &'static [__p::Statement],
        ) -> __p::Extracting<'__a, __p::Recovery<__p::axum::response::Response>> {
            __p::extracting(
                __p::recover::<
                    __Recover,
                    __S,
                >(
                    __parts,
                    __state,
                    __lost,
                    ::core::option::Option::None::<
                        fn(_) -> __p::axum::response::Response,
                    >,
                ),
            )
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
        __p::ArgumentOf::<Versioned<NewRefund>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        true,
    );
    __p::assert::response(
        __p::Shown::<Created<Versioned<Refund>>>::HISTORY,
        __p::Shown::<Created<Versioned<Refund>>>::HEAD,
        __p::Shown::<Created<Versioned<Refund>>>::INSTEAD,
        __p::Asks::Versioned(__p::Date::known(20240115)),
    );
    __p::assert::response(
        __p::RecoveredBy::<AskBank>::HISTORY,
        __p::RecoveredBy::<AskBank>::HEAD,
        __p::RecoveredBy::<AskBank>::INSTEAD,
        __p::Asks::Versioned(__p::Date::known(20240115)),
    );
    __p::assert::not_joined::<create_refund>("lease");
    __p::assert::not_joined::<create_refund>("on_lost");
    __p::assert::is_counted(
        __p::counted(
                __p::CountedBy::<Versioned<NewRefund>>::TYPED,
                __p::NotJson::<Versioned<NewRefund>>::NAME,
                &[__p::CountedIn::<NewRefund>::TYPED],
            )
            .is_some(),
        __p::NotJson::<Versioned<NewRefund>>::NAME,
        &[__p::Counted::<NewRefund>::SKIPS],
    );
    __p::assert::refuses(__p::NeverRefuses::<MayRefund>::NAME);
    __p::assert::repeats::<create_refund>(__p::Unrepeatable::<Merchant>::NAME);
    __p::assert::repeats::<
        create_refund,
    >(__p::Unrepeatable::<Versioned<NewRefund>>::NAME);
    __p::assert::repeats::<
        create_refund,
    >(__p::Unrepeatable::<Created<Versioned<Refund>>>::NAME);
    __p::assert::repeats::<create_refund>(__p::Unrepeatable::<Versioned<Refund>>::NAME);
};
