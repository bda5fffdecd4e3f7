using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>A session.</summary>
/// <param name="Id">The <c>sid</c> of its access tokens.</param>
/// <param name="StartedAt">When the user signed in.</param>
/// <param name="LastUsedAt">When its tokens were refreshed last; the sign-in before that.</param>
/// <param name="Network">The network of the last use: the /24 of an IPv4 address, the /48 of an IPv6 address. Missing when it is unknown.</param>
/// <param name="UserAgent">The <c>User-Agent</c> of the last use, at most 200 characters. Missing when there was none.</param>
/// <param name="AuthenticationMethods">How the user signed in, by the values of RFC 8176.</param>
/// <param name="Current">Whether it is the session of the request.</param>
internal sealed record SessionDocument(
    string Id,
    DateTimeOffset StartedAt,
    DateTimeOffset LastUsedAt,
    string? Network,
    string? UserAgent,
    IReadOnlyList<string> AuthenticationMethods,
    bool Current);

/// <summary>The sessions of a user, the last used first.</summary>
/// <param name="Items">The sessions.</param>
/// <example>
/// {"items": [{"id": "5WdWwzEtQkO0yDGNBaIM1A", "startedAt": "2026-05-04T12:00:00+00:00", "lastUsedAt": "2026-05-04T12:10:00+00:00",
/// "network": "203.0.113.0/24", "userAgent": "Mozilla/5.0", "authenticationMethods": ["pwd"], "current": true}]}
/// </example>
internal sealed record SessionListDocument(IReadOnlyList<SessionDocument> Items)
{
    public static SessionListDocument Of(IEnumerable<RefreshTokenFamily> sessions, string? currentId) => new(
    [
        .. sessions.Select(session => new SessionDocument(
            session.Id,
            session.AuthenticatedAt,
            session.LastUsedAt,
            session.Network,
            session.UserAgent,
            session.AuthenticationMethods,
            session.Id == currentId)),
    ]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionListDocument))]
internal sealed partial class SessionsJsonContext : JsonSerializerContext;
