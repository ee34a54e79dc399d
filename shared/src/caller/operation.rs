//! The table of routes: all operations of Dropline over HTTP, and their callers. Handlers route by it, a
//! caller is checked against it, and a test compares it with `openapi.yaml`, from which its ids and path
//! templates are taken.
//!
//! Allowed callers of the routes, and why:
//!
//! - **A project's settings, API keys and users** are for its server: a user has no say in them.
//! - **Endpoints** are for its server: they get the events of all users. Their public keys are for anybody.
//! - **Workflows and their runs** are for its server: they act for all users. Whether one runs for a user, and with
//!   which settings, a user may decide as well, as Paragon's SDK does it, and a user may start one that waits for
//!   requests: only for this user, and only if it is enabled.
//! - **Links** are for the server, and so are tokens that it has from elsewhere. A link names the user to
//!   whom an account is joined and the address to which the browser returns, and polling it reports the
//!   connect. Both are the application's decisions, and a token in a page would let whoever reads it join an
//!   account of their own to the user.
//! - **Popups** of Paragon's SDK are begun by a user's page, with the user's token. They make no link that
//!   another browser can use: a token connects an account only in a window of its owner's browser. A server
//!   has links.
//! - **Calls, workflow actions, files, changes and the state of connections** are what a user token is for:
//!   the user's own data.
//! - **Carbon's routes** name no project in their path: the API key does, or a token that Dropline has issued
//!   for one user of a project. Routes about the project as a whole, or about several of its users, are for
//!   the server only.
//! - **Trigger subscriptions** are for users too, as at Paragon: they get what happens to this user's own files, and
//!   what a user may choose of a request (address, headers, metadata) is signed as theirs, not as the project's word.
//! - **Data of Paragon's SDK** (metadata, settings, configurations) and its events are for users too: they
//!   decide nothing here, and an event says who has sent it.
//! - **Selections, resyncs, confirmations of deletions and disconnects** are for users too. The application's
//!   pages offer them (Paragon's SDK uninstalls with the user's token, a file picker selects), they reach
//!   only this user's connections, and a user can do as much at Dropbox itself.

use http::Method;

use super::CallerKind;

/// An operation, by its `operationId` in `openapi.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "openapi.yaml says what each of them is")]
pub enum Operation {
    GetSettings,
    ChangeSettings,
    ListApiKeys,
    AddApiKey,
    RemoveApiKey,
    ListUsers,
    GetUser,
    ChangeUser,
    DeleteUser,
    ListEndpoints,
    AddEndpoint,
    GetEndpoint,
    ChangeEndpoint,
    DeleteEndpoint,
    RotateEndpoint,
    TestEndpoint,
    ReplayEndpoint,
    ListAttempts,
    ListDeliveries,
    PreviewFilter,
    ListEventTypes,
    GetEndpointKeys,
    GetWebhookKeys,
    ListWorkflows,
    AddWorkflow,
    CheckWorkflow,
    GetWorkflowSchema,
    ListScope,
    GetWorkflow,
    ChangeWorkflow,
    DeleteWorkflow,
    ListEnablements,
    GetEnablement,
    ChangeEnablement,
    StartRun,
    ListRuns,
    GetRun,
    ListRunSteps,
    ReplayRun,
    CancelRun,
    ListWorkflowExecutions,
    GetWorkflowExecution,
    ReplayWorkflowExecution,
    ImportConnection,
    CreateConnectLink,
    GetConnectLink,
    ShowConnectStart,
    BeginConnect,
    FinishConnect,
    FinishConnectAsParagon,
    FinishConnectAsCarbon,
    CallDropboxByHeader,
    CallDropbox,
    ListConnections,
    GetConnection,
    Disconnect,
    Select,
    Deselect,
    ChooseResync,
    ResyncNow,
    ConfirmDeletions,
    ListChanges,
    ListFiles,
    GetFile,
    GetFileLink,
    ResyncFile,
    RemoveFile,
    GetSdkUser,
    UpdateSdkUser,
    ListSdkIntegrations,
    UninstallSdkIntegration,
    ListSdkCredentials,
    CompleteSdkInstall,
    GetSdkCredential,
    UpdateSdkCredential,
    CreateSdkConfiguration,
    UpdateSdkConfiguration,
    DeleteSdkConfiguration,
    ListSdkFieldOptions,
    EnableSdkWorkflow,
    DisableSdkWorkflow,
    TriggerSdkWorkflow,
    TriggerSdkEvent,
    ListTriggers,
    ListTriggerSubscriptions,
    SubscribeToTrigger,
    GetTriggerSubscription,
    ChangeTriggerSubscription,
    UnsubscribeFromTrigger,
    ListActions,
    RunAction,
    ListTools,
    RunTool,
    OpenSdkPopup,
    BuildSdkOauth,
    GetSdkSession,
    DeleteSdkSession,
    ShowPopup,
    ConfirmPopupOpener,
    ContinuePopup,
    ShowUi,
    ShowIntegrationIcon,
    GetSdkPortal,
    LeaveSdkPortal,
    ShowAsset,
    ShowTheme,
    ShowAccounts,
    ActOnAccounts,
    ShowAccount,
    ActOnAccount,
    ShowDisconnect,
    ShowChoose,
    Choose,
    CountFolder,
    ShowWorkflows,
    ShowWorkflow,
    ActOnWorkflow,
    ShowRun,
    ShowDone,
    ShowUnknownPage,
    ShowUnknownPageOfAccount,
    ShowUnknownPageOfNobody,
    ShowUnknownPageOfConnect,
    CarbonGetAccessToken,
    CarbonGetWhiteLabeling,
    CarbonGetMe,
    CarbonGetOauthUrl,
    CarbonConnect,
    CarbonRevoke,
    CarbonListUserDataSources,
    CarbonListDataSources,
    CarbonAddDataSourceTags,
    CarbonRemoveDataSourceTags,
    CarbonListItems,
    CarbonSyncItems,
    CarbonCancelItems,
    CarbonDeleteFiles,
    CarbonDeleteFilesOfBefore,
    CarbonSyncFiles,
    CarbonListFiles,
    CarbonListFilesOfBefore,
    CarbonGetRawFile,
    CarbonResyncFile,
    CarbonCreateFileTags,
    CarbonDeleteFileTags,
    CarbonUpdateUsers,
    CarbonGetUser,
    CarbonListUsers,
    CarbonDeleteUsers,
    CarbonGetOrganization,
    CarbonUpdateOrganization,
    CarbonModifyUserConfiguration,
    CarbonAddWebhook,
    CarbonListWebhooks,
    CarbonDeleteWebhook,
    AnswerChallenge,
    ReceiveNotification,
    AnswerChallengeOfApp,
    ReceiveNotificationOfApp,
}

/// The callers who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// Anybody; a ticket, a state or a signature in the request decides.
    Anyone,
    /// A project's server, with its API key.
    Server,
    /// A project's server, or one of its users with a user token.
    ServerOrUser,
    /// One of a project's users, with a user token.
    User,
    /// A project's server, about no user in particular: the headers name none.
    Project,
    /// The same, by a path that does not name the project either.
    Organization,
    /// A project's server on behalf of one of its users, by a path that names no project.
    ServerWithoutProject,
    /// The same, or one of its users with a token that Dropline has issued.
    ServerOrIssued,
}

impl Callers {
    /// Returns whether this kind of caller is included.
    #[must_use]
    pub fn include(self, kind: CallerKind) -> bool {
        match self {
            Self::Anyone => true,
            Self::ServerOrUser => matches!(kind, CallerKind::ApiKey | CallerKind::UserToken),
            Self::User => kind == CallerKind::UserToken,
            Self::ServerOrIssued => matches!(kind, CallerKind::ApiKey | CallerKind::IssuedToken),
            Self::Server | Self::Project | Self::ServerWithoutProject | Self::Organization => {
                kind == CallerKind::ApiKey
            }
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// The operation.
    pub operation: Operation,
    /// Its `operationId`.
    pub id: &'static str,
    /// Its method; `None` for every method.
    pub method: Option<Method>,
    /// Its path template. `{name}` matches one part of a path, `{name+}` the rest of it.
    pub template: &'static str,
    /// The callers who may call it.
    pub callers: Callers,
}

const fn route(
    operation: Operation,
    id: &'static str,
    method: Option<Method>,
    template: &'static str,
    callers: Callers,
) -> Route {
    Route { operation, id, method, template, callers }
}

const GET: Option<Method> = Some(Method::GET);
const POST: Option<Method> = Some(Method::POST);
const PUT: Option<Method> = Some(Method::PUT);
const PATCH: Option<Method> = Some(Method::PATCH);
const DELETE: Option<Method> = Some(Method::DELETE);

/// All routes.
#[rustfmt::skip]
pub static ROUTES: &[Route] = {
    use Callers::{
        Anyone, Organization, Project, Server, ServerOrIssued, ServerOrUser, ServerWithoutProject, User,
    };
    use Operation as O;
    &[
        route(O::GetSettings, "getSettings", GET, "/projects/{project}/settings", Project),
        route(O::ChangeSettings, "changeSettings", PATCH, "/projects/{project}/settings", Project),
        route(O::ListApiKeys, "listApiKeys", GET, "/projects/{project}/keys", Project),
        route(O::AddApiKey, "addApiKey", POST, "/projects/{project}/keys", Project),
        route(O::RemoveApiKey, "removeApiKey", DELETE, "/projects/{project}/keys/{key}", Project),
        route(O::ListUsers, "listUsers", GET, "/projects/{project}/users", Project),
        route(O::GetUser, "getUser", GET, "/projects/{project}/users/{user}", Project),
        route(O::ChangeUser, "changeUser", PATCH, "/projects/{project}/users/{user}", Project),
        route(O::DeleteUser, "deleteUser", DELETE, "/projects/{project}/users/{user}", Project),
        route(O::ListEndpoints, "listEndpoints", GET, "/projects/{project}/endpoints", Project),
        route(O::AddEndpoint, "addEndpoint", POST, "/projects/{project}/endpoints", Project),
        route(O::PreviewFilter, "previewFilter", POST, "/projects/{project}/endpoints/preview", Project),
        route(O::GetEndpoint, "getEndpoint", GET, "/projects/{project}/endpoints/{endpoint}", Project),
        route(O::ChangeEndpoint, "changeEndpoint", PATCH, "/projects/{project}/endpoints/{endpoint}", Project),
        route(O::DeleteEndpoint, "deleteEndpoint", DELETE, "/projects/{project}/endpoints/{endpoint}", Project),
        route(O::RotateEndpoint, "rotateEndpoint", POST, "/projects/{project}/endpoints/{endpoint}/rotate", Project),
        route(O::TestEndpoint, "testEndpoint", POST, "/projects/{project}/endpoints/{endpoint}/test", Project),
        route(O::ReplayEndpoint, "replayEndpoint", POST, "/projects/{project}/endpoints/{endpoint}/replay", Project),
        route(O::ListAttempts, "listAttempts", GET, "/projects/{project}/endpoints/{endpoint}/attempts", Project),
        route(O::ListDeliveries, "listDeliveries", GET, "/projects/{project}/endpoints/{endpoint}/deliveries", Project),
        route(O::ListEventTypes, "listEventTypes", GET, "/projects/{project}/event-types", Project),
        // Their answers are public: keys with which receivers verify signatures.
        route(O::GetEndpointKeys, "getEndpointKeys", GET, "/projects/{project}/endpoints/{endpoint}/keys", Anyone),
        route(O::GetWebhookKeys, "getWebhookKeys", GET, "/.well-known/webhook-keys", Anyone),
        route(O::ListWorkflows, "listWorkflows", GET, "/projects/{project}/workflows", Project),
        route(O::AddWorkflow, "addWorkflow", POST, "/projects/{project}/workflows", Project),
        route(O::CheckWorkflow, "checkWorkflow", POST, "/projects/{project}/workflows/check", Project),
        route(O::GetWorkflowSchema, "getWorkflowSchema", GET, "/projects/{project}/workflows/schema", Project),
        route(O::ListScope, "listScope", POST, "/projects/{project}/workflows/scope", Project),
        route(O::GetWorkflow, "getWorkflow", GET, "/projects/{project}/workflows/{workflow}", Project),
        route(O::ChangeWorkflow, "changeWorkflow", PATCH, "/projects/{project}/workflows/{workflow}", Project),
        route(O::DeleteWorkflow, "deleteWorkflow", DELETE, "/projects/{project}/workflows/{workflow}", Project),
        route(O::ListEnablements, "listEnablements", GET, "/projects/{project}/workflows/{workflow}/enablements", Project),
        route(O::GetEnablement, "getEnablement", GET, "/projects/{project}/workflows/{workflow}/enablement", Server),
        route(O::ChangeEnablement, "changeEnablement", PATCH, "/projects/{project}/workflows/{workflow}/enablement", Server),
        route(O::StartRun, "startRun", POST, "/projects/{project}/workflows/{workflow}/runs", Server),
        route(O::ListRuns, "listRuns", GET, "/projects/{project}/runs", Project),
        route(O::GetRun, "getRun", GET, "/projects/{project}/runs/{run}", Project),
        route(O::ListRunSteps, "listRunSteps", GET, "/projects/{project}/runs/{run}/steps", Project),
        route(O::ReplayRun, "replayRun", POST, "/projects/{project}/runs/{run}/replay", Project),
        route(O::CancelRun, "cancelRun", POST, "/projects/{project}/runs/{run}/cancel", Project),
        route(O::ListWorkflowExecutions, "listWorkflowExecutions", GET, "/projects/{project}/task-history/workflow-executions", Project),
        route(O::GetWorkflowExecution, "getWorkflowExecution", GET, "/projects/{project}/task-history/workflow-executions/{run}", Project),
        route(O::ReplayWorkflowExecution, "replayWorkflowExecution", POST, "/projects/{project}/task-history/workflow-executions/{run}/replay", Project),
        route(O::ImportConnection, "importConnection", POST, "/projects/{project}/connections", Server),
        route(O::CreateConnectLink, "createConnectLink", POST, "/projects/{project}/connect/links", Server),
        route(O::GetConnectLink, "getConnectLink", GET, "/projects/{project}/connect/links/{link}", Server),
        route(O::ShowConnectStart, "showConnectStart", GET, "/connect/start", Anyone),
        route(O::BeginConnect, "beginConnect", POST, "/connect/start", Anyone),
        route(O::FinishConnect, "finishConnect", GET, "/oauth/callback", Anyone),
        route(O::FinishConnectAsParagon, "finishConnectAsParagon", GET, "/oauth", Anyone),
        route(O::FinishConnectAsCarbon, "finishConnectAsCarbon", GET, "/integrations/dropbox", Anyone),
        // Except for the long poll, which Dropbox's SDKs send without any header of ours: its cursor
        // authorizes it.
        route(O::CallDropboxByHeader, "callDropboxByHeader", None, "/projects/{project}/sdk/proxy/dropbox", ServerOrUser),
        route(O::CallDropbox, "callDropbox", None, "/projects/{project}/sdk/proxy/dropbox/{path+}", ServerOrUser),
        route(O::ListConnections, "listConnections", GET, "/projects/{project}/connections", ServerOrUser),
        route(O::GetConnection, "getConnection", GET, "/projects/{project}/connections/{connection}", ServerOrUser),
        route(O::Disconnect, "disconnect", DELETE, "/projects/{project}/connections/{connection}", ServerOrUser),
        route(O::Select, "select", PUT, "/projects/{project}/connections/{connection}/selections/{target}", ServerOrUser),
        route(O::Deselect, "deselect", DELETE, "/projects/{project}/connections/{connection}/selections/{target}", ServerOrUser),
        route(O::ChooseResync, "chooseResync", PUT, "/projects/{project}/connections/{connection}/resync", ServerOrUser),
        route(O::ResyncNow, "resyncNow", POST, "/projects/{project}/connections/{connection}/resync", ServerOrUser),
        route(O::ConfirmDeletions, "confirmDeletions", POST, "/projects/{project}/connections/{connection}/deletions/confirm", ServerOrUser),
        route(O::ListChanges, "listChanges", GET, "/projects/{project}/connections/{connection}/changes", ServerOrUser),
        route(O::ListFiles, "listFiles", GET, "/projects/{project}/connections/{connection}/files", ServerOrUser),
        route(O::GetFile, "getFile", GET, "/projects/{project}/connections/{connection}/files/{file}", ServerOrUser),
        route(O::GetFileLink, "getFileLink", GET, "/projects/{project}/connections/{connection}/files/{file}/link", ServerOrUser),
        route(O::ResyncFile, "resyncFile", POST, "/projects/{project}/connections/{connection}/files/{file}/resync", ServerOrUser),
        route(O::RemoveFile, "removeFile", DELETE, "/projects/{project}/connections/{connection}/files/{file}", ServerOrUser),
        route(O::GetSdkUser, "getSdkUser", GET, "/projects/{project}/sdk/me", ServerOrUser),
        route(O::UpdateSdkUser, "updateSdkUser", PATCH, "/projects/{project}/sdk/me", ServerOrUser),
        route(O::ListSdkIntegrations, "listSdkIntegrations", GET, "/projects/{project}/sdk/integrations", ServerOrUser),
        route(O::UninstallSdkIntegration, "uninstallSdkIntegration", DELETE, "/projects/{project}/sdk/integrations/{integration}", ServerOrUser),
        route(O::ListSdkCredentials, "listSdkCredentials", GET, "/projects/{project}/sdk/credentials", ServerOrUser),
        // For a user's page only if its project allows it: the handler refuses it with a status that keeps
        // the SDK signed in.
        route(O::CompleteSdkInstall, "completeSdkInstall", POST, "/projects/{project}/sdk/credentials", ServerOrUser),
        route(O::GetSdkCredential, "getSdkCredential", GET, "/projects/{project}/sdk/credentials/{credential}", ServerOrUser),
        route(O::UpdateSdkCredential, "updateSdkCredential", PATCH, "/projects/{project}/sdk/credentials/{credential}", ServerOrUser),
        route(O::CreateSdkConfiguration, "createSdkConfiguration", POST, "/projects/{project}/sdk/credentials/{credential}/configurations", ServerOrUser),
        route(O::UpdateSdkConfiguration, "updateSdkConfiguration", PATCH, "/projects/{project}/sdk/credentials/{credential}/configurations", ServerOrUser),
        route(O::DeleteSdkConfiguration, "deleteSdkConfiguration", DELETE, "/projects/{project}/sdk/credentials/{credential}/configurations", ServerOrUser),
        route(O::ListSdkFieldOptions, "listSdkFieldOptions", POST, "/projects/{project}/sdk/actions", ServerOrUser),
        route(O::EnableSdkWorkflow, "enableSdkWorkflow", POST, "/projects/{project}/sdk/workflows/{workflow}", ServerOrUser),
        route(O::DisableSdkWorkflow, "disableSdkWorkflow", DELETE, "/projects/{project}/sdk/workflows/{workflow}", ServerOrUser),
        route(O::TriggerSdkWorkflow, "triggerSdkWorkflow", POST, "/projects/{project}/sdk/triggers/{workflow}", ServerOrUser),
        route(O::TriggerSdkEvent, "triggerSdkEvent", POST, "/v2/projects/{project}/sdk/events/trigger", ServerOrUser),
        route(O::ListTriggers, "listTriggers", GET, "/projects/{project}/triggers", ServerOrUser),
        route(O::ListTriggerSubscriptions, "listTriggerSubscriptions", GET, "/projects/{project}/trigger-subscriptions", ServerOrUser),
        route(O::SubscribeToTrigger, "subscribeToTrigger", POST, "/projects/{project}/trigger-subscriptions", ServerOrUser),
        route(O::GetTriggerSubscription, "getTriggerSubscription", GET, "/projects/{project}/trigger-subscriptions/{subscription}", ServerOrUser),
        route(O::ChangeTriggerSubscription, "changeTriggerSubscription", PATCH, "/projects/{project}/trigger-subscriptions/{subscription}", ServerOrUser),
        route(O::UnsubscribeFromTrigger, "unsubscribeFromTrigger", DELETE, "/projects/{project}/trigger-subscriptions/{subscription}", ServerOrUser),
        route(O::ListActions, "listActions", GET, "/projects/{project}/actions", ServerOrUser),
        route(O::RunAction, "runAction", POST, "/projects/{project}/actions", ServerOrUser),
        route(O::ListTools, "listTools", GET, "/projects/{project}/tools", ServerOrUser),
        route(O::RunTool, "runTool", POST, "/projects/{project}/tools", ServerOrUser),
        // Its caller's token is in the query, and is checked like one in a header.
        route(O::OpenSdkPopup, "openSdkPopup", GET, "/projects/{project}/sdk/actions/oauth-nonce", Anyone),
        route(O::BuildSdkOauth, "buildSdkOauth", GET, "/v2/projects/{project}/sdk/actions/build-oauth", User),
        route(O::GetSdkSession, "getSdkSession", GET, "/projects/{project}/sdk/actions/session-id/{popup}", ServerOrUser),
        route(O::DeleteSdkSession, "deleteSdkSession", DELETE, "/projects/{project}/sdk/actions/session-id/{popup}", ServerOrUser),
        route(O::ShowPopup, "showPopup", GET, "/connect/popup", Anyone),
        route(O::ConfirmPopupOpener, "confirmPopupOpener", POST, "/connect/popup/opener", Anyone),
        route(O::ContinuePopup, "continuePopup", POST, "/connect/popup", Anyone),
        route(O::ShowUi, "showUi", GET, "/ui", Anyone),
        route(O::ShowIntegrationIcon, "showIntegrationIcon", GET, "/integrations/dropbox.svg", Anyone),
        route(O::GetSdkPortal, "getSdkPortal", GET, "/projects/{project}/sdk/portal", ServerOrUser),
        // Its caller's token is in the form, and is checked like one in a header.
        route(O::LeaveSdkPortal, "leaveSdkPortal", POST, "/projects/{project}/sdk/portal/choose", Anyone),
        route(O::ShowAsset, "showAsset", GET, "/assets/{asset}", Anyone),
        route(O::ShowTheme, "showTheme", GET, "/projects/{project}/theme/{part}", Anyone),
        // The session's cookie authorizes the pages, and a proof in each form.
        route(O::ShowAccounts, "showAccounts", GET, "/pages/{session}", Anyone),
        route(O::ActOnAccounts, "actOnAccounts", POST, "/pages/{session}", Anyone),
        route(O::ShowAccount, "showAccount", GET, "/pages/{session}/connections/{connection}", Anyone),
        route(O::ActOnAccount, "actOnAccount", POST, "/pages/{session}/connections/{connection}", Anyone),
        route(O::ShowDisconnect, "showDisconnect", GET, "/pages/{session}/connections/{connection}/disconnect", Anyone),
        route(O::ShowChoose, "showChoose", GET, "/pages/{session}/connections/{connection}/choose", Anyone),
        route(O::Choose, "choose", POST, "/pages/{session}/connections/{connection}/choose", Anyone),
        route(O::CountFolder, "countFolder", GET, "/pages/{session}/connections/{connection}/count", Anyone),
        route(O::ShowWorkflows, "showWorkflows", GET, "/pages/{session}/workflows", Anyone),
        route(O::ShowWorkflow, "showWorkflow", GET, "/pages/{session}/workflows/{workflow}", Anyone),
        route(O::ActOnWorkflow, "actOnWorkflow", POST, "/pages/{session}/workflows/{workflow}", Anyone),
        route(O::ShowRun, "showRun", GET, "/pages/{session}/runs/{run}", Anyone),
        route(O::ShowDone, "showDone", GET, "/pages/{session}/done", Anyone),
        // For a person, no page is a page, too.
        route(O::ShowUnknownPageOfAccount, "showUnknownPageOfAccount", GET, "/pages/{session}/connections/{connection}/{page+}", Anyone),
        route(O::ShowUnknownPage, "showUnknownPage", GET, "/pages/{session}/{page+}", Anyone),
        route(O::ShowUnknownPageOfNobody, "showUnknownPageOfNobody", GET, "/pages", Anyone),
        route(O::ShowUnknownPageOfConnect, "showUnknownPageOfConnect", GET, "/connect", Anyone),
        route(O::CarbonGetAccessToken, "carbonGetAccessToken", GET, "/auth/v1/access_token", ServerWithoutProject),
        route(O::CarbonGetWhiteLabeling, "carbonGetWhiteLabeling", GET, "/auth/v1/white_labeling", ServerOrIssued),
        route(O::CarbonGetMe, "carbonGetMe", GET, "/whoami", ServerOrIssued),
        route(O::CarbonGetOauthUrl, "carbonGetOauthUrl", POST, "/integrations/oauth_url", ServerOrIssued),
        route(O::CarbonConnect, "carbonConnect", POST, "/integrations/connect", ServerOrIssued),
        route(O::CarbonRevoke, "carbonRevoke", POST, "/revoke_access_token", ServerOrIssued),
        route(O::CarbonListUserDataSources, "carbonListUserDataSources", POST, "/user_data_sources", ServerOrIssued),
        route(O::CarbonListDataSources, "carbonListDataSources", POST, "/data_sources", Organization),
        route(O::CarbonAddDataSourceTags, "carbonAddDataSourceTags", POST, "/data_sources/tags/add", ServerOrIssued),
        route(O::CarbonRemoveDataSourceTags, "carbonRemoveDataSourceTags", POST, "/data_sources/tags/remove", ServerOrIssued),
        route(O::CarbonListItems, "carbonListItems", POST, "/integrations/items/list", ServerOrIssued),
        route(O::CarbonSyncItems, "carbonSyncItems", POST, "/integrations/items/sync", ServerOrIssued),
        route(O::CarbonCancelItems, "carbonCancelItems", POST, "/integrations/items/sync/cancel", ServerOrIssued),
        route(O::CarbonDeleteFiles, "carbonDeleteFiles", POST, "/delete_files_v2", ServerOrIssued),
        route(O::CarbonDeleteFilesOfBefore, "carbonDeleteFilesOfBefore", POST, "/delete_files", ServerOrIssued),
        route(O::CarbonSyncFiles, "carbonSyncFiles", POST, "/integrations/files/sync", ServerOrIssued),
        route(O::CarbonListFiles, "carbonListFiles", POST, "/user_files_v2", ServerOrIssued),
        route(O::CarbonListFilesOfBefore, "carbonListFilesOfBefore", POST, "/user_files", ServerOrIssued),
        route(O::CarbonGetRawFile, "carbonGetRawFile", GET, "/raw_file/{file}", ServerOrIssued),
        route(O::CarbonResyncFile, "carbonResyncFile", POST, "/resync_file", ServerOrIssued),
        route(O::CarbonCreateFileTags, "carbonCreateFileTags", POST, "/create_user_file_tags", ServerOrIssued),
        route(O::CarbonDeleteFileTags, "carbonDeleteFileTags", POST, "/delete_user_file_tags", ServerOrIssued),
        route(O::CarbonUpdateUsers, "carbonUpdateUsers", POST, "/update_users", Organization),
        route(O::CarbonGetUser, "carbonGetUser", POST, "/user", Organization),
        route(O::CarbonListUsers, "carbonListUsers", POST, "/list_users", Organization),
        route(O::CarbonDeleteUsers, "carbonDeleteUsers", POST, "/delete_users", Organization),
        route(O::CarbonGetOrganization, "carbonGetOrganization", GET, "/organization", Organization),
        route(O::CarbonUpdateOrganization, "carbonUpdateOrganization", POST, "/organization/update", Organization),
        route(O::CarbonModifyUserConfiguration, "carbonModifyUserConfiguration", POST, "/modify_user_configuration", ServerOrIssued),
        route(O::CarbonAddWebhook, "carbonAddWebhook", POST, "/add_webhook", Organization),
        route(O::CarbonListWebhooks, "carbonListWebhooks", POST, "/webhooks", Organization),
        route(O::CarbonDeleteWebhook, "carbonDeleteWebhook", DELETE, "/delete_webhook/{webhook}", Organization),
        route(O::AnswerChallenge, "answerChallenge", GET, "/webhook", Anyone),
        route(O::ReceiveNotification, "receiveNotification", POST, "/webhook", Anyone),
        route(O::AnswerChallengeOfApp, "answerChallengeOfApp", GET, "/webhook/{app}", Anyone),
        route(O::ReceiveNotificationOfApp, "receiveNotificationOfApp", POST, "/webhook/{app}", Anyone),
    ]
};

impl Operation {
    /// Returns the operation of a request, and the parts of its path that match the template's parameters. As at the
    /// gateway, the template with the fewest parameters decides: what `…/workflows/check` does not take, no workflow
    /// named `check` does.
    #[must_use]
    pub fn find<'p>(method: &Method, path: &'p str) -> Option<(Self, Vec<&'p str>)> {
        let mut fewest = usize::MAX;
        let mut asked = None;
        for route in ROUTES {
            // Every request passes all templates: nothing is allocated for those that do not match.
            let mut count = 0;
            if !matches(route.template, path, |_| count += 1) || count > fewest {
                continue;
            }
            if count < fewest {
                (fewest, asked) = (count, None);
            }
            if asked.is_none() && route.method.as_ref().is_none_or(|own| own == method) {
                asked = Some(route);
            }
        }
        let route = asked?;
        Some((route.operation, parameters(route.template, path)?))
    }

    /// Returns its row of the table.
    ///
    /// # Panics
    /// Never: a test finds every operation in the table.
    #[must_use]
    pub fn route(self) -> &'static Route {
        ROUTES.iter().find(|route| route.operation == self).expect("every operation is in the table")
    }
}

/// Returns the parts of a path that match a template's parameters, if the template matches it.
#[must_use]
pub fn parameters<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut found = Vec::new();
    matches(template, path, |part| found.push(part)).then_some(found)
}

/// Whether a template matches a path. `found` gets each part that a parameter takes, also if a later part does not match.
fn matches<'p>(template: &str, path: &'p str, mut found: impl FnMut(&'p str)) -> bool {
    let mut rest = Some(path.strip_prefix('/').unwrap_or(path));
    for named in template.trim_start_matches('/').split('/') {
        let Some(left) = rest else { return false };
        if named.ends_with("+}") {
            found(left);
            return true;
        }
        let (part, after) = left.split_once('/').map_or((left, None), |(part, after)| (part, Some(after)));
        rest = after;
        if named.starts_with('{') && !part.is_empty() {
            found(part);
        } else if named != part {
            return false;
        }
    }
    rest.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_finds_its_operation_and_what_its_path_names() {
        for (method, path, found) in [
            (Method::GET, "/webhook", Some((Operation::AnswerChallenge, vec![]))),
            (Method::POST, "/webhook/app", Some((Operation::ReceiveNotificationOfApp, vec!["app"]))),
            (Method::PUT, "/webhook", None),
            (Method::POST, "/webhook/", None),
            (Method::POST, "/webhook/a/b", None),
            (Method::GET, "/projects/p/connections", Some((Operation::ListConnections, vec!["p"]))),
            (Method::GET, "/projects/p/connections/", None),
            (Method::GET, "/projects//connections", None),
            (
                Method::DELETE,
                "/projects/p/connections/c/selections/id:1",
                Some((Operation::Deselect, vec!["p", "c", "id:1"])),
            ),
            (
                Method::PATCH,
                "/projects/p/sdk/proxy/dropbox/2/files//x",
                Some((Operation::CallDropbox, vec!["p", "2/files//x"])),
            ),
            (Method::POST, "/projects/p/workflows/check", Some((Operation::CheckWorkflow, vec!["p"]))),
            (Method::GET, "/projects/p/workflows/check", None),
            (Method::GET, "/projects/p/workflows/w", Some((Operation::GetWorkflow, vec!["p", "w"]))),
            (Method::GET, "/", None),
            (Method::GET, "", None),
        ] {
            assert_eq!(Operation::find(&method, path), found, "{method} {path}");
        }
    }

    #[test]
    fn every_operation_is_in_the_table_once() {
        for route in ROUTES {
            assert_eq!(route.operation.route().id, route.id);
            let name = format!("{:?}", route.operation);
            assert_eq!(name[..1].to_lowercase() + &name[1..], route.id);
        }
    }
}
