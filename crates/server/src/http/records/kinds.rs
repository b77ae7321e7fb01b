//! The routes of each kind of record. They differ in their addresses; what they do stands in the module above.

use super::{Answer, ListParams, ObjectParams, PageParams, Tagged, ask, create, detail, edit, link, page, timeline};
use crate::http::AppState;
use crate::http::answer::Asker;
use crate::http::extract::{Id, Json, JsonWithLists, Nothing, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::wire::{
    CommandAnswer, MergeContacts, NewObject, NewRecord, RecordDetail, RecordPage, RecordPatch, TimelinePage,
};
use samtal_model::{CompanyId, ContactId, DealId, ObjectId, ObjectTypeId, Role};

type Created = Result<(StatusCode, axum::Json<CommandAnswer>), Failure>;

pub fn routes(routes: Routes) -> Routes {
    let routes = objects(deals(companies(contacts(routes))));
    routes.command(Policy::SignedIn, __path_merge, merge)
}

/// Makes `$all`, the routes of one kind. The paths are written out, as the description needs them.
macro_rules! kind {
    (
        $all:ident, $mod:ident, $tag:literal, $reference:expr, $id:ty,
        list($list_path:literal, $list_op:literal, $params:ty, $kind:literal, $read:ident),
        create($create_op:literal, $body:ty, $made:expr),
        one($one_path:literal, $show_op:literal, $edit_op:literal, $erase_op:literal),
        trash($trash_path:literal, $trash_op:literal),
        restore($restore_path:literal, $restore_op:literal),
        link($link_path:literal, $link_op:literal, $unlink_op:literal),
        timeline($timeline_path:literal, $timeline_op:literal) $(,)?
    ) => {
        pub fn $all(routes: Routes) -> Routes {
            $mod::routes(routes)
        }

        mod $mod {
            use super::*;

            pub fn routes(routes: Routes) -> Routes {
                routes
                    .at(Policy::SignedIn, __path_list_all, list_all)
                    .command(Policy::SignedIn, __path_create_one, create_one)
                    .at(Policy::SignedIn, __path_show, show)
                    .command(Policy::SignedIn, __path_edit_one, edit_one)
                    .command(Policy::AtLeast(Role::Admin), __path_erase, erase)
                    .command(Policy::SignedIn, __path_trash, trash)
                    .command(Policy::SignedIn, __path_restore, restore)
                    .command(Policy::SignedIn, __path_associate, associate)
                    .command(Policy::SignedIn, __path_part, part)
                    .at(Policy::SignedIn, __path_past, past)
            }

            /// By name; newest first where words are given. Only those the reader may know of.
            #[utoipa::path(
                        get, path = $list_path, tag = $tag, operation_id = $list_op, params($params),
                        responses((status = 200, body = RecordPage))
                    )]
            async fn list_all(
                State(state): State<AppState>,
                session: Session,
                Query(params): Query<$params>,
            ) -> Result<axum::Json<RecordPage>, Failure> {
                let (params, object_type) = $read(params);
                page(&state, &session, $kind, params, object_type).await
            }

            /// Makes one, associated with others if they are named.
            #[utoipa::path(
                        post, path = $list_path, tag = $tag, operation_id = $create_op, request_body = $body,
                        responses((status = 201, body = CommandAnswer))
                    )]
            async fn create_one(asker: Asker, JsonWithLists(body): JsonWithLists<$body>) -> Created {
                let made: fn($body) -> (RecordKind, NewRecord) = $made;
                let (kind, body) = made(body);
                create(asker, kind, body).await
            }

            /// One of them, with what it is associated with. Its `ETag` is its version.
            #[utoipa::path(
                        get, path = $one_path, tag = $tag, operation_id = $show_op, params(("id" = $id, Path)),
                        responses((status = 200, body = RecordDetail, headers(("ETag" = String))))
                    )]
            async fn show(
                State(state): State<AppState>,
                session: Session,
                Id(id): Id<$id>,
            ) -> Result<Tagged<RecordDetail>, Failure> {
                detail(&state, &session, $reference(id)).await
            }

            /// Changes values: what is absent stays, what is null is emptied.
            #[utoipa::path(
                        patch, path = $one_path, tag = $tag, operation_id = $edit_op, request_body = RecordPatch,
                        params(
                            ("id" = $id, Path),
                            ("If-Match" = Option<String>, Header, description = "Refused with 412 if it has changed since."),
                        ),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn edit_one(
                Id(id): Id<$id>,
                asker: Asker,
                headers: HeaderMap,
                Json(patch): Json<RecordPatch>,
            ) -> Answer {
                edit(asker, headers, $reference(id), patch).await
            }

            /// Deletes it for good, with everything that was written down on it. It has to be in Trash.
            #[utoipa::path(
                        delete, path = $one_path, tag = $tag, operation_id = $erase_op, params(("id" = $id, Path)),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn erase(Id(id): Id<$id>, asker: Asker, _: Nothing) -> Answer {
                let record = $reference(id);
                ask(asker, record, RecordCommand::Erase { record }).await
            }

            /// Moves it to Trash.
            #[utoipa::path(
                        post, path = $trash_path, tag = $tag, operation_id = $trash_op, params(("id" = $id, Path)),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn trash(Id(id): Id<$id>, asker: Asker, _: Nothing) -> Answer {
                let record = $reference(id);
                ask(asker, record, RecordCommand::Trash { record }).await
            }

            /// Takes it out of Trash, as it was.
            #[utoipa::path(
                        post, path = $restore_path, tag = $tag, operation_id = $restore_op, params(("id" = $id, Path)),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn restore(Id(id): Id<$id>, asker: Asker, _: Nothing) -> Answer {
                let record = $reference(id);
                ask(asker, record, RecordCommand::Restore { record }).await
            }

            /// Associates it with another record.
            #[utoipa::path(
                        put, path = $link_path, tag = $tag, operation_id = $link_op,
                        params(("id" = $id, Path), ("kind" = String, Path), ("other" = i64, Path)),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn associate(Id((id, kind, other)): Id<($id, String, i64)>, asker: Asker, _: Nothing) -> Answer {
                link(asker, $reference(id), (kind, other), true).await
            }

            /// Ends an association.
            #[utoipa::path(
                        delete, path = $link_path, tag = $tag, operation_id = $unlink_op,
                        params(("id" = $id, Path), ("kind" = String, Path), ("other" = i64, Path)),
                        responses((status = 200, body = CommandAnswer))
                    )]
            async fn part(Id((id, kind, other)): Id<($id, String, i64)>, asker: Asker, _: Nothing) -> Answer {
                link(asker, $reference(id), (kind, other), false).await
            }

            /// Messages, notes, calls, tasks, meetings and feedback, newest first.
            #[utoipa::path(
                        get, path = $timeline_path, tag = $tag, operation_id = $timeline_op,
                        params(("id" = $id, Path), PageParams),
                        responses((status = 200, body = TimelinePage))
                    )]
            async fn past(
                State(state): State<AppState>,
                session: Session,
                Id(id): Id<$id>,
                Query(params): Query<PageParams>,
            ) -> Result<axum::Json<TimelinePage>, Failure> {
                timeline(&state, &session, $reference(id), params).await
            }
        }
    };
}

fn plain(params: ListParams) -> (ListParams, Option<ObjectTypeId>) {
    (params, None)
}

fn typed(params: ObjectParams) -> (ListParams, Option<ObjectTypeId>) {
    let ObjectParams { q, cursor, limit, trash, object_type } = params;
    (ListParams { q, cursor, limit, trash }, object_type.map(ObjectTypeId))
}

fn object(NewObject { object_type_id, values, links }: NewObject) -> (RecordKind, NewRecord) {
    (RecordKind::Object(object_type_id), NewRecord { values, links })
}

kind! {
    contacts, of_contacts, "contacts", RecordRef::Contact, ContactId,
    list("/api/v1/contacts", "list_contacts", ListParams, "contact", plain),
    create("create_contact", NewRecord, |body| (RecordKind::Contact, body)),
    one("/api/v1/contacts/{id}", "show_contact", "edit_contact", "delete_contact"),
    trash("/api/v1/contacts/{id}/trash", "trash_contact"),
    restore("/api/v1/contacts/{id}/restore", "restore_contact"),
    link("/api/v1/contacts/{id}/links/{kind}/{other}", "link_contact", "unlink_contact"),
    timeline("/api/v1/contacts/{id}/timeline", "show_contact_timeline"),
}

kind! {
    companies, of_companies, "companies", RecordRef::Company, CompanyId,
    list("/api/v1/companies", "list_companies", ListParams, "company", plain),
    create("create_company", NewRecord, |body| (RecordKind::Company, body)),
    one("/api/v1/companies/{id}", "show_company", "edit_company", "delete_company"),
    trash("/api/v1/companies/{id}/trash", "trash_company"),
    restore("/api/v1/companies/{id}/restore", "restore_company"),
    link("/api/v1/companies/{id}/links/{kind}/{other}", "link_company", "unlink_company"),
    timeline("/api/v1/companies/{id}/timeline", "show_company_timeline"),
}

kind! {
    deals, of_deals, "deals", RecordRef::Deal, DealId,
    list("/api/v1/deals", "list_deals", ListParams, "deal", plain),
    create("create_deal", NewRecord, |body| (RecordKind::Deal, body)),
    one("/api/v1/deals/{id}", "show_deal", "edit_deal", "delete_deal"),
    trash("/api/v1/deals/{id}/trash", "trash_deal"),
    restore("/api/v1/deals/{id}/restore", "restore_deal"),
    link("/api/v1/deals/{id}/links/{kind}/{other}", "link_deal", "unlink_deal"),
    timeline("/api/v1/deals/{id}/timeline", "show_deal_timeline"),
}

kind! {
    objects, of_objects, "objects", RecordRef::Object, ObjectId,
    list("/api/v1/objects", "list_objects", ObjectParams, "object", typed),
    create("create_object", NewObject, object),
    one("/api/v1/objects/{id}", "show_object", "edit_object", "delete_object"),
    trash("/api/v1/objects/{id}/trash", "trash_object"),
    restore("/api/v1/objects/{id}/restore", "restore_object"),
    link("/api/v1/objects/{id}/links/{kind}/{other}", "link_object", "unlink_object"),
    timeline("/api/v1/objects/{id}/timeline", "show_object_timeline"),
}

/// Merges another contact into this one, which keeps the values it has. The other's address leads here from then on.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/merge", tag = "contacts", operation_id = "merge_contacts",
    request_body = MergeContacts, params(("id" = ContactId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn merge(
    Id(winner): Id<ContactId>,
    asker: Asker,
    Json(MergeContacts { loser_id: loser }): Json<MergeContacts>,
) -> Answer {
    ask(asker, RecordRef::Contact(winner), RecordCommand::Merge { winner, loser }).await
}
