//! The one table of routes. A route cannot be added without saying who may use it, and what is not in the table is
//! not served: the router denies by default. The API's description is made from the same table.
//!
//! Nothing else in the server calls `Router::route`.

use crate::auth;
use crate::http::AppState;
use crate::http::extract::Session;
use crate::http::problem::Failure;
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use samtal_model::{Refusal, Role};
use std::sync::Arc;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, Type,
    schema::SchemaType,
};

/// Who may use a route. What they see through it is the store's business, and what they may change the rules'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Anybody, signed in or not.
    Public,
    /// Anybody; the handler finds a [`Session`] if somebody is signed in, and answers by that.
    Recognised,
    /// Any active agent.
    SignedIn,
    /// An active agent of at least this role.
    AtLeast(Role),
}

/// One line of the table.
pub struct Route {
    pub policy: Policy,
    pub method: Method,
    /// As in the description: `/api/v1/messages/{id}`.
    pub path: String,
    service: MethodRouter<AppState>,
    /// The query parameters it knows. Others are refused.
    parameters: Arc<[String]>,
}

/// The table while it is being written.
#[derive(Default)]
pub struct Routes {
    table: Vec<Route>,
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes {
    /// Serves `handler` at the method and path that its `#[utoipa::path]` description states.
    #[must_use]
    pub fn at<D, H, T>(self, policy: Policy, description: D, handler: H) -> Self
    where
        D: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add(policy, description, handler, |_| {})
    }

    /// The same for a command: it also takes `?preview=true` and an `Idempotency-Key`.
    #[must_use]
    pub fn command<D, H, T>(self, policy: Policy, description: D, handler: H) -> Self
    where
        D: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add(policy, description, handler, |operation| {
            let preview = ParameterBuilder::new()
                .name("preview")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some("Answers with the changes it would make, and writes nothing."))
                .schema(Some(ObjectBuilder::new().schema_type(SchemaType::new(Type::Boolean))))
                .build();
            let key = ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some("The same request with the same key is carried out once."))
                .schema(Some(ObjectBuilder::new().schema_type(SchemaType::new(Type::String))))
                .build();
            operation.parameters.get_or_insert_default().extend([preview.into(), key.into()]);
        })
    }

    fn add<D, H, T>(mut self, policy: Policy, _: D, handler: H, amend: impl FnOnce(&mut Operation)) -> Self
    where
        D: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, AppState>,
        T: 'static,
    {
        let (path, methods, mut operation) = (D::path(), D::methods(), D::operation());
        D::schemas(&mut self.schemas);
        amend(&mut operation);
        describe_refusals(&mut operation, policy);
        let parameters: Arc<[String]> = operation
            .parameters
            .iter()
            .flatten()
            .filter_map(|parameter| match parameter {
                RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
                _ => None,
            })
            .collect();
        for method in &methods {
            let (filter, method) = verb(method);
            self.table.push(Route {
                policy,
                method,
                path: path.clone(),
                service: on(filter, handler.clone()),
                parameters: Arc::clone(&parameters),
            });
        }
        self.paths.add_path_operation(path, methods, operation);
        self
    }

    /// Every line of the table.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The description's paths and components.
    #[must_use]
    pub fn describe(self, mut api: OpenApi) -> OpenApi {
        api.paths = self.paths;
        let mut components = ComponentsBuilder::from(api.components.take().unwrap_or_default());
        for (name, schema) in self.schemas {
            components = components.schema(name, schema);
        }
        api.components = Some(components.build());
        api
    }

    /// The router. Each route stands behind its guard.
    pub fn into_router(self, state: &AppState) -> Router<AppState> {
        self.table.into_iter().fold(Router::new(), |router, route| {
            let gate = Gate { state: state.clone(), policy: route.policy, parameters: route.parameters };
            router.route(&route.path, route.service.layer(from_fn_with_state(gate, guard)))
        })
    }
}

#[derive(Clone)]
struct Gate {
    state: AppState,
    policy: Policy,
    parameters: Arc<[String]>,
}

/// Lets a request through to its handler, or says why not. For all but public routes the handler finds a
/// [`Session`].
async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let mut renewed = None;
    let needed = match gate.policy {
        Policy::Public | Policy::Recognised => None,
        Policy::SignedIn => Some(Role::Agent),
        Policy::AtLeast(role) => Some(role),
    };
    if let Some(role) = needed {
        match auth::resume(&gate.state, request.headers()).await {
            Ok(Some(resumed)) if resumed.session.reader.role >= role => {
                renewed = resumed.cookie;
                request.extensions_mut().insert::<Session>(resumed.session);
            }
            Ok(Some(_)) => return Failure::from(Refusal::RoleTooLow).into_response(),
            Ok(None) => return Failure::sign_in().into_response(),
            Err(error) => return Failure::from(error).into_response(),
        }
    }
    if gate.policy == Policy::Recognised {
        match auth::resume(&gate.state, request.headers()).await {
            Ok(Some(resumed)) => {
                renewed = resumed.cookie;
                request.extensions_mut().insert::<Session>(resumed.session);
            }
            Ok(None) => {}
            Err(error) => return Failure::from(error).into_response(),
        }
    }
    if let Err(failure) = known_parameters(&gate.parameters, request.uri().query()) {
        return failure.into_response();
    }
    let mut response = next.run(request).await;
    if let Some(cookie) = renewed
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn known_parameters(known: &[String], query: Option<&str>) -> Result<(), Failure> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    for (name, _) in pairs {
        if !known.iter().any(|known| *known == name) {
            return Err(Failure::field(
                StatusCode::BAD_REQUEST,
                "bad_query",
                name.clone(),
                "unknown_field",
                format!("There is no parameter \u{201c}{name}\u{201d} here."),
            ));
        }
    }
    Ok(())
}

/// Says in the description what every route has in common, so that no handler needs to repeat it.
fn describe_refusals(operation: &mut Operation, policy: Policy) {
    let problem = |sentence: &str| {
        ResponseBuilder::new()
            .description(sentence)
            .content(
                crate::http::problem::PROBLEM_JSON,
                ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
            )
            .build()
    };
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        // OpenAPI wants a word on each, and there is seldom more to say.
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = if status == "201" { "Created." } else { "As asked." }.into();
        }
    }
    if policy != Policy::Public {
        responses.insert("401".into(), problem("Nobody is signed in.").into());
        operation.security =
            Some(vec![utoipa::openapi::security::SecurityRequirement::new("session", std::iter::empty::<String>())]);
    }
    if let Policy::AtLeast(role) = policy {
        let sentence = match role {
            Role::Agent => "Not this agent's to do.",
            Role::Admin => "Only admins do this.",
            Role::SuperAdmin => "Only super admins do this.",
        };
        responses.insert("403".into(), problem(sentence).into());
    }
    responses.entry("default".into()).or_insert_with(|| problem("A refusal or an error.").into());
}

fn verb(method: &HttpMethod) -> (MethodFilter, Method) {
    match method {
        HttpMethod::Get => (MethodFilter::GET, Method::GET),
        HttpMethod::Post => (MethodFilter::POST, Method::POST),
        HttpMethod::Put => (MethodFilter::PUT, Method::PUT),
        HttpMethod::Delete => (MethodFilter::DELETE, Method::DELETE),
        HttpMethod::Patch => (MethodFilter::PATCH, Method::PATCH),
        HttpMethod::Options => (MethodFilter::OPTIONS, Method::OPTIONS),
        HttpMethod::Head => (MethodFilter::HEAD, Method::HEAD),
        HttpMethod::Trace => (MethodFilter::TRACE, Method::TRACE),
    }
}
