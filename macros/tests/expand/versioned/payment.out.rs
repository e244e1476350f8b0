#[derive(Debug)]
#[serde(rename_all = "snake_case")]
#[derive(::steadfast::__private::Attributes)]
pub struct Payment {
    pub id: u64,
    pub amount: Money,
    pub priority: Priority,
}
#[allow(dead_code, deprecated, elided_lifetimes_in_paths)]
const _: () = {
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment")]
    #[serde(expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde", remote = "Payment")]
    struct __Payment {
        id: u64,
        amount: Money,
        priority: Priority,
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment")]
    #[serde(expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde")]
    struct __PaymentBefore20250930 {
        id: u64,
        amount: Money,
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment")]
    #[serde(expecting = "struct Payment")]
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
        fn id(&self) -> &u64 {
            &self.__head.id
        }
        fn amount(&self) -> &Money {
            &self.__head.amount
        }
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment")]
    #[serde(expecting = "struct Payment")]
    #[serde(
        crate = "::steadfast::__private::serde",
        remote = "__PaymentBefore20250930View"
    )]
    struct __PaymentBefore20250930Down {
        #[serde(getter = "__PaymentBefore20250930View::id")]
        id: u64,
        #[serde(getter = "__PaymentBefore20250930View::amount")]
        amount: Money,
    }
    struct __PaymentBefore20241218View<'__head> {
        __head: &'__head Payment,
        amount_cents: i64,
        currency: String,
    }
    impl<'__head> __PaymentBefore20241218View<'__head> {
        fn of(__head: &'__head Payment) -> Self {
            let (amount_cents, currency): (i64, String) = {
                let downgrade: fn(&Money) -> (i64, String) = Money::to_parts;
                downgrade(&__head.amount)
            };
            Self {
                __head,
                amount_cents,
                currency,
            }
        }
        fn id(&self) -> &u64 {
            &self.__head.id
        }
        fn amount_cents(&self) -> &i64 {
            &self.amount_cents
        }
        fn currency(&self) -> &String {
            &self.currency
        }
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment")]
    #[serde(expecting = "struct Payment")]
    #[serde(
        crate = "::steadfast::__private::serde",
        remote = "__PaymentBefore20241218View"
    )]
    struct __PaymentBefore20241218Down {
        #[serde(getter = "__PaymentBefore20241218View::id")]
        id: u64,
        #[serde(getter = "__PaymentBefore20241218View::amount_cents")]
        amount_cents: i64,
        #[serde(default = "usd")]
        #[serde(getter = "__PaymentBefore20241218View::currency")]
        currency: String,
    }
    #[automatically_derived]
    impl ::steadfast::__private::serde::Serialize for Payment {
        fn serialize<__S: ::steadfast::__private::serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    __PaymentBefore20241218Down::serialize(
                        &__PaymentBefore20241218View::of(self),
                        serializer,
                    )
                }
                ..20250930 => {
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
                            __D::Error,
                        >(upgrade(amount_cents, currency))?
                    };
                    let priority: Priority = ::core::default::Default::default();
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                ..20250930 => {
                    let __PaymentBefore20250930 { id, amount, .. } = <__PaymentBefore20250930 as ::steadfast::__private::serde::Deserialize<
                        'de,
                    >>::deserialize(deserializer)?;
                    let priority: Priority = ::core::default::Default::default();
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                _ => __Payment::deserialize(deserializer),
            }
        }
    }
    #[automatically_derived]
    impl ::schemars::JsonSchema for Payment {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    ::steadfast::__private::shape_name(
                        <__PaymentBefore20241218 as ::schemars::JsonSchema>::schema_name(),
                        ".before-2024-12-18",
                    )
                }
                ..20250930 => {
                    ::steadfast::__private::shape_name(
                        <__PaymentBefore20250930 as ::schemars::JsonSchema>::schema_name(),
                        ".before-2025-09-30",
                    )
                }
                _ => <__Payment as ::schemars::JsonSchema>::schema_name(),
            }
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    ::steadfast::__private::shape_name(
                        <__PaymentBefore20241218 as ::schemars::JsonSchema>::schema_id(),
                        ".before-2024-12-18",
                    )
                }
                ..20250930 => {
                    ::steadfast::__private::shape_name(
                        <__PaymentBefore20250930 as ::schemars::JsonSchema>::schema_id(),
                        ".before-2025-09-30",
                    )
                }
                _ => <__Payment as ::schemars::JsonSchema>::schema_id(),
            }
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
};
