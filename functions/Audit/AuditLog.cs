using Gatehouse.Protection.Http;
using Gatehouse.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Audit;

/// <summary>
/// The audit log: the actor, the action, the address and the outcome of each event, in one log category whose ids and
/// names never change. It never holds a password, a token or a secret. docs/audit.md lists the events. The metrics
/// for alerts are counted here too, so that metrics and events can't differ.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, RequestOrigin origin, AuditMetrics metrics)
{
    public const string Category = TelemetryServiceCollectionExtensions.AuditCategory;

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    private string Address => origin.Address.ToString();

    public void LoginSucceeded(string subject, string session)
    {
        metrics.SignInEnded("succeeded");
        LoginSucceeded(_logger, subject, session, Address);
    }

    /// <param name="subject">The user's id; null when there is no such user.</param>
    /// <param name="reason"><c>unknown_user</c>, <c>wrong_password</c>, <c>wrong_code</c>, <c>wrong_passkey</c> (without subject), <c>locked_out</c>; after a right password <c>disabled</c>, <c>password_expired</c>, <c>proof_missing</c> or <c>proof_replayed</c>.</param>
    public void LoginFailed(string? subject, string reason)
    {
        metrics.SignInEnded(reason);
        LoginFailed(_logger, subject, reason, Address);
    }

    public void LoginLocked(string subject, int failures, DateTimeOffset until)
    {
        metrics.LockedOut();
        LoginLocked(_logger, subject, failures, until, Address);
    }

    public void PasswordChanged(string subject) => PasswordChanged(_logger, subject, Address);

    public void PasswordReset(string subject) => PasswordReset(_logger, subject, Address);

    /// <param name="subject">The user; null when no user has the address.</param>
    public void PasswordResetRequested(string? subject) => PasswordResetRequested(_logger, subject, Address);

    /// <param name="subject">The user.</param>
    /// <param name="what">The change, such as <c>totp added</c>.</param>
    public void FactorsChanged(string subject, string what) => FactorsChanged(_logger, subject, what, Address);

    public void RecoveryCodeUsed(string subject, int left) => RecoveryCodeUsed(_logger, subject, left, Address);

    public void TokenIssued(string client, string grant, string scope) => TokenIssued(_logger, client, grant, scope, Address);

    public void RefreshRotated(string subject, string client, string session) => RefreshRotated(_logger, subject, client, session, Address);

    public void RefreshRepeated(string subject, string client, string session, int repeats)
    {
        metrics.RefreshRepeated();
        RefreshRepeated(_logger, subject, client, session, repeats, Address);
    }

    public void RefreshReused(string subject, string client, string session)
    {
        metrics.RefreshReused();
        RefreshReused(_logger, subject, client, session, Address);
    }

    /// <param name="kind"><c>session</c>, <c>token</c> or <c>subject</c>.</param>
    /// <param name="id">The <c>sid</c>, <c>jti</c> or <c>sub</c>.</param>
    /// <param name="reason">Such as <c>logout</c> or <c>user_disabled</c>.</param>
    public void Revoked(string kind, string id, string reason) => Revoked(_logger, kind, id, reason, Address);

    /// <param name="subject">The user whose session it was.</param>
    /// <param name="by">The person who ended it.</param>
    /// <param name="session">The <c>sid</c>.</param>
    public void SessionEnded(string subject, string by, string session) => SessionEnded(_logger, subject, by, session, Address);

    public void UserCreated(string subject, string by, string roles) => UserCreated(_logger, subject, by, roles, Address);

    public void UserImported(string subject, string by, string roles) => UserImported(_logger, subject, by, roles, Address);

    public void UserChanged(string subject, string by, string what) => UserChanged(_logger, subject, by, what, Address);

    public void UserRemoved(string subject, string by) => UserRemoved(_logger, subject, by, Address);

    /// <param name="client">The client's id, if the client exists; an unknown value may be a secret in the wrong field.</param>
    /// <param name="reason"><c>missing</c>, <c>malformed</c>, <c>unknown_client</c>, <c>wrong_secret</c>; of an assertion <c>wrong_method</c>, <c>wrong_algorithm</c>, <c>unknown_key</c>, <c>wrong_signature</c>, <c>wrong_audience</c>, <c>not_current</c>, <c>replayed</c>; of a workload's token also <c>wrong_issuer</c>, <c>wrong_subject</c>, <c>wrong_claim</c>.</param>
    public void ClientAuthenticationFailed(string? client, string reason) => ClientAuthenticationFailed(_logger, client, reason, Address);

    public void ClientCreated(string client, string by, string scopes) => ClientCreated(_logger, client, by, scopes, Address);

    public void ClientChanged(string client, string by, string what) => ClientChanged(_logger, client, by, what, Address);

    public void ClientRemoved(string client, string by) => ClientRemoved(_logger, client, by, Address);

    public void KeyActivated(string kid) => KeyActivated(_logger, kid);

    public void KeyRetired(string kid) => KeyRetired(_logger, kid);

    public void BootstrapUsed(string subject, string secret) => BootstrapUsed(_logger, subject, secret, Address);

    [LoggerMessage(EventId = 5001, EventName = nameof(LoginSucceeded), Level = LogLevel.Information, Message = "Signed in: subject {Subject}, session {Session}, address {Address}.")]
    private static partial void LoginSucceeded(ILogger logger, string subject, string session, string address);

    [LoggerMessage(EventId = 5002, EventName = nameof(LoginFailed), Level = LogLevel.Warning, Message = "Sign-in failed: subject {Subject}, reason {Reason}, address {Address}.")]
    private static partial void LoginFailed(ILogger logger, string? subject, string reason, string address);

    [LoggerMessage(EventId = 5003, EventName = nameof(LoginLocked), Level = LogLevel.Warning, Message = "Locked out: subject {Subject} after {Failures} wrong passwords until {Until:O}, address {Address}.")]
    private static partial void LoginLocked(ILogger logger, string subject, int failures, DateTimeOffset until, string address);

    [LoggerMessage(EventId = 5004, EventName = nameof(PasswordChanged), Level = LogLevel.Information, Message = "Password changed: subject {Subject}, address {Address}.")]
    private static partial void PasswordChanged(ILogger logger, string subject, string address);

    [LoggerMessage(EventId = 5005, EventName = nameof(FactorsChanged), Level = LogLevel.Information, Message = "Second factors changed: subject {Subject}, what {What}, address {Address}.")]
    private static partial void FactorsChanged(ILogger logger, string subject, string what, string address);

    [LoggerMessage(EventId = 5006, EventName = nameof(RecoveryCodeUsed), Level = LogLevel.Warning, Message = "Recovery code used: subject {Subject}, {Left} left, address {Address}.")]
    private static partial void RecoveryCodeUsed(ILogger logger, string subject, int left, string address);

    [LoggerMessage(EventId = 5007, EventName = nameof(PasswordResetRequested), Level = LogLevel.Information, Message = "Password reset requested: subject {Subject}, address {Address}.")]
    private static partial void PasswordResetRequested(ILogger logger, string? subject, string address);

    [LoggerMessage(EventId = 5008, EventName = nameof(PasswordReset), Level = LogLevel.Warning, Message = "Password set by a mailed code: subject {Subject}, address {Address}.")]
    private static partial void PasswordReset(ILogger logger, string subject, string address);

    [LoggerMessage(EventId = 5010, EventName = nameof(TokenIssued), Level = LogLevel.Information, Message = "Token issued: client {Client}, grant {Grant}, scope {Scope}, address {Address}.")]
    private static partial void TokenIssued(ILogger logger, string client, string grant, string scope, string address);

    [LoggerMessage(EventId = 5011, EventName = nameof(RefreshRotated), Level = LogLevel.Information, Message = "Session refreshed: subject {Subject}, client {Client}, session {Session}, address {Address}.")]
    private static partial void RefreshRotated(ILogger logger, string subject, string client, string session, string address);

    [LoggerMessage(EventId = 5012, EventName = nameof(RefreshReused), Level = LogLevel.Error, Message = "A used refresh token was sent again, so the session was revoked: subject {Subject}, client {Client}, session {Session}, address {Address}.")]
    private static partial void RefreshReused(ILogger logger, string subject, string client, string session, string address);

    [LoggerMessage(EventId = 5013, EventName = nameof(RefreshRepeated), Level = LogLevel.Warning, Message = "A refresh token was redeemed again within the leeway, {Repeats} times by now: subject {Subject}, client {Client}, session {Session}, address {Address}.")]
    private static partial void RefreshRepeated(ILogger logger, string subject, string client, string session, int repeats, string address);

    [LoggerMessage(EventId = 5020, EventName = nameof(Revoked), Level = LogLevel.Information, Message = "Revoked: {Kind} {Id}, reason {Reason}, address {Address}.")]
    private static partial void Revoked(ILogger logger, string kind, string id, string reason, string address);

    [LoggerMessage(EventId = 5021, EventName = nameof(SessionEnded), Level = LogLevel.Information, Message = "Session ended: subject {Subject} by {By}, session {Session}, address {Address}.")]
    private static partial void SessionEnded(ILogger logger, string subject, string by, string session, string address);

    [LoggerMessage(EventId = 5030, EventName = nameof(UserCreated), Level = LogLevel.Information, Message = "User created: subject {Subject} by {By}, roles {Roles}, address {Address}.")]
    private static partial void UserCreated(ILogger logger, string subject, string by, string roles, string address);

    [LoggerMessage(EventId = 5033, EventName = nameof(UserImported), Level = LogLevel.Information, Message = "User imported: subject {Subject} by {By}, roles {Roles}, address {Address}.")]
    private static partial void UserImported(ILogger logger, string subject, string by, string roles, string address);

    [LoggerMessage(EventId = 5031, EventName = nameof(UserChanged), Level = LogLevel.Information, Message = "User changed: subject {Subject} by {By}, what {What}, address {Address}.")]
    private static partial void UserChanged(ILogger logger, string subject, string by, string what, string address);

    [LoggerMessage(EventId = 5032, EventName = nameof(UserRemoved), Level = LogLevel.Information, Message = "User removed: subject {Subject} by {By}, address {Address}.")]
    private static partial void UserRemoved(ILogger logger, string subject, string by, string address);

    [LoggerMessage(EventId = 5040, EventName = nameof(ClientAuthenticationFailed), Level = LogLevel.Warning, Message = "Client authentication failed: client {Client}, reason {Reason}, address {Address}.")]
    private static partial void ClientAuthenticationFailed(ILogger logger, string? client, string reason, string address);

    [LoggerMessage(EventId = 5041, EventName = nameof(ClientCreated), Level = LogLevel.Information, Message = "Client created: client {Client} by {By}, scopes {Scopes}, address {Address}.")]
    private static partial void ClientCreated(ILogger logger, string client, string by, string scopes, string address);

    [LoggerMessage(EventId = 5042, EventName = nameof(ClientChanged), Level = LogLevel.Information, Message = "Client changed: client {Client} by {By}, what {What}, address {Address}.")]
    private static partial void ClientChanged(ILogger logger, string client, string by, string what, string address);

    [LoggerMessage(EventId = 5043, EventName = nameof(ClientRemoved), Level = LogLevel.Information, Message = "Client removed: client {Client} by {By}, address {Address}.")]
    private static partial void ClientRemoved(ILogger logger, string client, string by, string address);

    [LoggerMessage(EventId = 5050, EventName = nameof(KeyActivated), Level = LogLevel.Information, Message = "Key activated: {Kid}.")]
    private static partial void KeyActivated(ILogger logger, string kid);

    [LoggerMessage(EventId = 5051, EventName = nameof(KeyRetired), Level = LogLevel.Information, Message = "Key retired: {Kid}.")]
    private static partial void KeyRetired(ILogger logger, string kid);

    [LoggerMessage(EventId = 5060, EventName = nameof(BootstrapUsed), Level = LogLevel.Warning, Message = "First administrator created: subject {Subject} from the secret {Secret}, address {Address}.")]
    private static partial void BootstrapUsed(ILogger logger, string subject, string secret, string address);
}
