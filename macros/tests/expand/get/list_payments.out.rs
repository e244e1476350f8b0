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
#[automatically_derived]
impl ::steadfast::__private::Endpoint for list_payments {
    const META: ::steadfast::__private::Meta = ::steadfast::__private::Meta {
        name: ::core::concat!(::core::module_path!(), "::", "list_payments"),
        method: ::steadfast::__private::Method::Get,
        path: ::steadfast::__private::Path::known(
            "/customers/{id}/payments",
            [
                2181437191162443891, 2355375731266303758, 0, 4294967296, 2556095,
                18446744073709486335,
            ],
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
                ::steadfast::__private::ArgumentOf::<State<Ledger>>::FACTS.history,
                ::steadfast::__private::ArgumentOf::<Path<u64>>::FACTS.history,
                ::steadfast::__private::HeadersOf::<Versioned<Vec<Payment>>>::HISTORY,
                ::steadfast::__private::HeadersOf::<Vec<Payment>>::HISTORY,
                ::steadfast::__private::Shown::<
                    Result<Versioned<Vec<Payment>>, PayError>,
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
                Result<Versioned<Vec<Payment>>, PayError>,
            >();
            let _: fn() = || {
                #[allow(unused_imports)]
                use ::steadfast::__private::Asked as _;
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<State<Ledger>>::argument().read(),
                );
                ::steadfast::__private::known(
                    ::steadfast::__private::Ask::<Path<u64>>::argument().read(),
                );
            };
            let _: fn() = || {
                ::steadfast::__private::assert::send(
                    list_payments(
                        ::steadfast::__private::any(),
                        ::steadfast::__private::any(),
                    ),
                );
            };
            true
        },
    >;
    #[automatically_derived]
    #[allow(private_bounds)]
    impl<__H, __S, __T> ::steadfast::__private::Handled<__H, __T, __S> for list_payments
    where
        <__Sound as ::steadfast::__private::Stands<
            __H,
        >>::Type: ::steadfast::__private::Invoke<__T, __S>,
        __T: 'static,
        __S: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn made(
            __handler: __H,
            making: ::steadfast::__private::Making,
        ) -> ::steadfast::__private::Made<__S> {
            ::steadfast::__private::made::<
                ::steadfast::__private::Plain,
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
                ::steadfast::__private::ArgumentOf::<State<Ledger>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::argument(
                ::steadfast::__private::ArgumentOf::<Path<u64>>::FACTS,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
                false,
            );
            ::steadfast::__private::assert::response(
                ::steadfast::__private::Shown::<
                    Result<Versioned<Vec<Payment>>, PayError>,
                >::HISTORY,
                ::steadfast::__private::Shown::<
                    Result<Versioned<Vec<Payment>>, PayError>,
                >::HEAD,
                ::steadfast::__private::Shown::<
                    Result<Versioned<Vec<Payment>>, PayError>,
                >::INSTEAD,
                ::steadfast::__private::Asks::Versioned(
                    ::steadfast::__private::Date::known(20240115),
                ),
            );
        };
    }
};
