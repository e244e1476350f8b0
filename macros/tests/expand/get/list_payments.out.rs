#[api_version(__done)]
async fn list_payments(
    State(ledger): State<Ledger>,
    Path(id): Path<u64>,
) -> Result<Versioned<Vec<Payment>>, PayError> {
    ledger.payments_of(id).await.map(Versioned)
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_copy_implementations,
    missing_debug_implementations
)]
#[allow(clippy::empty_structs_with_brackets)]
struct list_payments {}
#[allow(deprecated, private_bounds, unreachable_code, unused_imports, clippy::pedantic)]
const _: () = {
    use ::steadfast::__private as __p;
    use __p::otherwise::*;
    #[automatically_derived]
    impl __p::Endpoint for list_payments {
        const META: __p::Meta = __p::Meta {
            range: __p::Range::since(__p::Date::known(20240115)),
            types: &[
                __p::ArgumentOf::<State<Ledger>>::FACTS.history,
                __p::ArgumentOf::<Path<u64>>::FACTS.history,
                __p::HeadersOf::<Versioned<Vec<Payment>>>::HISTORY,
                __p::HeadersOf::<Vec<Payment>>::HISTORY,
                __p::Shown::<Result<Versioned<Vec<Payment>>, PayError>>::HISTORY,
            ],
            ..__p::Meta::of(
                ::core::concat!(::core::module_path!(), "::", "list_payments"),
                __p::Method::Get,
                __p::Path::known(
                    "/customers/{id}/payments",
                    [
                        2181437191162443891, 2355375731266303758, 0, 4294967296, 2556095,
                        18446744073709486335,
                    ],
                ),
            )
        };
    }
    type __Sound = __p::If<
        {
            let _: fn() = || {
                __p::described::<Result<Versioned<Vec<Payment>>, PayError>>();
                __p::known(__p::Ask::<State<Ledger>>::argument().read());
                __p::known(__p::Ask::<Path<u64>>::argument().read());
                __p::assert::send(list_payments(__p::any(), __p::any()));
            };
            true
        },
    >;
    #[automatically_derived]
    impl<__H, __S, __T> __p::Handled<__H, __T, __S> for list_payments
    where
        <__Sound as __p::Stands<__H>>::Type: __p::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn made(__handler: __H, making: __p::Making) -> __p::Made<__S> {
            __p::made::<__p::Plain, Self, __H, __T, __S>(__handler, &making)
        }
    }
    __p::assert::argument(
        __p::ArgumentOf::<State<Ledger>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::argument(
        __p::ArgumentOf::<Path<u64>>::FACTS,
        __p::Asks::Versioned(__p::Date::known(20240115)),
        false,
    );
    __p::assert::response(
        __p::Shown::<Result<Versioned<Vec<Payment>>, PayError>>::HISTORY,
        __p::Shown::<Result<Versioned<Vec<Payment>>, PayError>>::HEAD,
        __p::Shown::<Result<Versioned<Vec<Payment>>, PayError>>::INSTEAD,
        __p::Asks::Versioned(__p::Date::known(20240115)),
    );
};
