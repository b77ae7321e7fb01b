//! The API's description, made from the table of routes.

use crate::http::policy::{Policy, Routes};
use samtal_model::wire::Problem;
use std::sync::LazyLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::Public, __path_show, show)
}

/// The document that describes the API.
#[must_use]
pub fn document() -> OpenApi {
    let license = LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Samtal")
        .version("1")
        .description(Some(
            "The JSON API of a shared inbox. Errors are problem documents (RFC 9457); lists go by cursor; unknown \
             fields and parameters are refused.",
        ))
        .license(Some(license))
        .build();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "samtal",
        "Set by signing in. Behind https its name is `__Host-samtal`.",
    )));
    let components = ComponentsBuilder::new()
        .security_scheme("session", cookie)
        .schema_from::<Problem>()
        .schema_from::<samtal_model::wire::FieldError>()
        .schema_from::<samtal_model::wire::BulkPreview>()
        .schema_from::<samtal_model::Timestamp>()
        .schema_from::<samtal_model::Sort>()
        .build();
    super::routes().describe(OpenApiBuilder::new().info(info).components(Some(components)).build())
}

/// The document as text.
#[must_use]
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| document().to_pretty_json().map(|text| text + "\n").unwrap_or_default());
    &TEXT
}

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "description", operation_id = "openapi",
    responses((status = 200, body = Object, description = "An OpenAPI 3.1 document."))
)]
async fn show() -> impl axum::response::IntoResponse {
    ([(axum::http::header::CONTENT_TYPE, "application/json")], text())
}
