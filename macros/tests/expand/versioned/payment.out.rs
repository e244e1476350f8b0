#[derive(::steadfast::__private::Attributes)]
#[derive(Debug)]
#[serde(rename_all = "snake_case")]
pub struct Payment {
    pub id: u64,
    pub amount: Money,
    pub priority: Priority,
}
#[allow(dead_code, deprecated)]
const _: () = {
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde", remote = "Payment")]
    struct __Payment {
        id: u64,
        amount: Money,
        priority: Priority,
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde")]
    struct __PaymentBefore20250930 {
        id: u64,
        amount: Money,
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde")]
    struct __PaymentBefore20241218 {
        id: u64,
        amount_cents: i64,
        #[serde(default = "usd")]
        currency: String,
    }
    struct __PaymentBefore20250930View<'__head> {
        __head: &'__head Payment,
    }
    impl<'__head> __PaymentBefore20250930View<'__head> {
        fn of(__head: &'__head Payment) -> Self {
            Self { __head }
        }
        fn __id(&self) -> &u64 {
            &self.__head.id
        }
        fn __amount(&self) -> &Money {
            &self.__head.amount
        }
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(
        crate = "::steadfast::__private::serde",
        remote = "__PaymentBefore20250930View"
    )]
    struct __PaymentBefore20250930Down<'__head> {
        #[serde(getter = "__PaymentBefore20250930View::__id")]
        id: u64,
        #[serde(getter = "__PaymentBefore20250930View::__amount")]
        amount: Money,
        #[serde(skip)]
        __marker: ::core::marker::PhantomData<&'__head Payment>,
    }
    struct __PaymentBefore20241218View<'__head> {
        __head: &'__head Payment,
        amount_cents: i64,
        currency: String,
    }
    impl<'__head> __PaymentBefore20241218View<'__head> {
        fn of(__head: &'__head Payment) -> Self {
            let (amount_cents, currency): (i64, String) = Money::to_parts(
                &__head.amount,
            );
            Self {
                __head,
                amount_cents,
                currency,
            }
        }
        fn __id(&self) -> &u64 {
            &self.__head.id
        }
        fn __amount_cents(&self) -> &i64 {
            &self.amount_cents
        }
        fn __currency(&self) -> &String {
            &self.currency
        }
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(
        crate = "::steadfast::__private::serde",
        remote = "__PaymentBefore20241218View"
    )]
    struct __PaymentBefore20241218Down<'__head> {
        #[serde(getter = "__PaymentBefore20241218View::__id")]
        id: u64,
        #[serde(getter = "__PaymentBefore20241218View::__amount_cents")]
        amount_cents: i64,
        #[serde(default = "usd")]
        #[serde(getter = "__PaymentBefore20241218View::__currency")]
        currency: String,
        #[serde(skip)]
        __marker: ::core::marker::PhantomData<&'__head Payment>,
    }
    #[automatically_derived]
    impl ::steadfast::__private::serde::Serialize for Payment {
        fn serialize<__S: ::steadfast::__private::serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    ::steadfast::__private::exercised::<Self>(20241218, false);
                    __PaymentBefore20241218Down::serialize(
                        &__PaymentBefore20241218View::of(self),
                        serializer,
                    )
                }
                ..20250930 => {
                    ::steadfast::__private::exercised::<Self>(20250930, false);
                    __PaymentBefore20250930Down::serialize(
                        &__PaymentBefore20250930View::of(self),
                        serializer,
                    )
                }
                _ => __Payment::serialize(self, serializer),
            }
        }
    }
    #[automatically_derived]
    impl<'de> ::steadfast::__private::serde::Deserialize<'de> for Payment {
        fn deserialize<__D: ::steadfast::__private::serde::Deserializer<'de>>(
            deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    let __PaymentBefore20241218 { id, amount_cents, currency, .. } = <__PaymentBefore20241218 as ::steadfast::__private::serde::Deserialize<
                        'de,
                    >>::deserialize(deserializer)?;
                    let amount: Money = {
                        let upgrade: fn(i64, String) -> _ = Money::from_parts;
                        ::steadfast::__private::upgraded::<
                            Money,
                            _,
                            __D,
                        >(upgrade(amount_cents, currency), "/amount_cents")?
                    };
                    let priority: Priority = ::core::default::Default::default();
                    ::steadfast::__private::exercised::<Self>(20241218, true);
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                ..20250930 => {
                    let __PaymentBefore20250930 { id, amount, .. } = <__PaymentBefore20250930 as ::steadfast::__private::serde::Deserialize<
                        'de,
                    >>::deserialize(deserializer)?;
                    let priority: Priority = ::core::default::Default::default();
                    ::steadfast::__private::exercised::<Self>(20250930, true);
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                _ => __Payment::deserialize(deserializer),
            }
        }
    }
    fn __shape() -> &'static str {
        match ::steadfast::__private::wire::at() {
            ..20241218 => ".before-2024-12-18",
            ..20250930 => ".before-2025-09-30",
            _ => "",
        }
    }
    #[automatically_derived]
    impl ::schemars::JsonSchema for Payment {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Payment as ::schemars::JsonSchema>::schema_name(),
                __shape(),
            )
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Payment as ::schemars::JsonSchema>::schema_id(),
                __shape(),
            )
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    <__PaymentBefore20241218 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                ..20250930 => {
                    <__PaymentBefore20250930 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                _ => <__Payment as ::schemars::JsonSchema>::json_schema(generator),
            }
        }
    }
    #[automatically_derived]
    impl ::steadfast::__private::History for Payment {
        const CHANGES: &'static [::steadfast::__private::TypeChange] = &[
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::date("2025-09-30"),
                verb: ::steadfast::__private::ChangeVerb::Added,
                old: &[],
                new: &["priority"],
                law: ::steadfast::__private::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
            },
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::date("2024-12-18"),
                verb: ::steadfast::__private::ChangeVerb::Changed,
                old: &["amount_cents", "currency"],
                new: &["amount"],
                law: ::steadfast::__private::Law::Unclaimed,
                note: ::core::option::Option::None,
                is_flat: false,
            },
        ];
        const HISTORY: &'static ::steadfast::__private::TypeHistory = &::steadfast::__private::TypeHistory {
            path: ::core::concat!(::core::module_path!(), "::", "Payment"),
            writes: true,
            reads: true,
            changes: <Self as ::steadfast::__private::History>::CHANGES,
            held: <Self as ::steadfast::__private::Holds<
                ::steadfast::__private::Full,
            >>::HELD,
            layout: ::steadfast::__private::Layout::Fields,
        };
    }
    #[automatically_derived]
    impl<__D: ::steadfast::__private::Depth> ::steadfast::__private::Holds<__D>
    for Payment {
        const HELD: &'static [::steadfast::__private::Held] = {
            use ::steadfast::__private::NoHistory as _;
            &[
                ::steadfast::__private::Held {
                    field: "amount",
                    at: "/amount",
                    ..::steadfast::__private::HistoryOf::<Money, __D>::HELD
                },
                ::steadfast::__private::Held {
                    field: "priority",
                    at: "/priority",
                    ..::steadfast::__private::HistoryOf::<Priority, __D>::HELD
                },
            ]
        };
    }
};
