using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>
/// Authenticates the client of a request by HTTP Basic or the form (RFC 6749 §2.3.1), or by an assertion (RFC 7523
/// §2.2).
/// </summary>
internal sealed class ClientAuthentication(ClientRegistry clients, ClientAssertions assertions, AuditLog audit)
{
    private const string BasicPrefix = "Basic ";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string BasicChallenge = "Basic realm=\"gatehouse\", charset=\"UTF-8\"";

    // RFC 9110 §15.5.2: every 401 has a challenge. To one for Basic a browser would respond with a prompt of its own instead of
    // showing the error to the page. The schemes are the names of the methods (RFC 7591 §2).
    private const string FormChallenge = "client_secret_post realm=\"gatehouse\"";
    private const string AssertionChallenge = "private_key_jwt realm=\"gatehouse\"";

    private static readonly string[] CommalessSchemes = [BasicPrefix, "Bearer ", "DPoP "];

    /// <summary>The authenticated client; null when the request has no client authentication.</summary>
    /// <exception cref="ProblemException"><c>invalid_client</c>: authentication failed. <c>invalid_request</c>: the request uses two methods.</exception>
    public async ValueTask<Client?> FindAsync(HttpRequestData request, FormBody form, CancellationToken cancellationToken)
    {
        if (await AuthenticateAsync(request, form, cancellationToken) is not { } client)
        {
            return null;
        }

        await clients.NoteUseAsync(client, cancellationToken);
        return client;
    }

    /// <summary>The authenticated client.</summary>
    /// <exception cref="ProblemException"><c>invalid_client</c>: the client did not authenticate, or failed.</exception>
    public async ValueTask<Client> RequireAsync(HttpRequestData request, FormBody form, CancellationToken cancellationToken) =>
        await FindAsync(request, form, cancellationToken) ?? throw Refuse(null, "missing", form.Find("client_id") is null ? BasicChallenge : FormChallenge);

    private async ValueTask<Client?> AuthenticateAsync(HttpRequestData request, FormBody form, CancellationToken cancellationToken)
    {
        var header = FindAuthorization(request);
        var isBasic = header is not null && header.StartsWith(BasicPrefix, StringComparison.OrdinalIgnoreCase);
        var formSecret = form.Find("client_secret");
        var assertion = form.Find("client_assertion");
        if (new[] { isBasic, formSecret is not null, assertion is not null }.Count(static isUsed => isUsed) > 1)
        {
            // RFC 6749 §2.3: not more than one authentication method in each request.
            throw new ProblemException(OAuthError.InvalidRequest, "Use one method of client authentication: the Authorization header, client_secret in the form, or an assertion.");
        }

        if (assertion is not null)
        {
            return await AuthenticateAsync(assertion, form, cancellationToken);
        }

        if (isBasic)
        {
            return TryDecode(header![BasicPrefix.Length..], out var id, out var secret) && (form.Find("client_id") ?? id) == id
                ? await AuthenticateAsync(id, secret, BasicChallenge, cancellationToken)
                : throw Refuse(null, "malformed", BasicChallenge);
        }

        if (formSecret is null)
        {
            return null;
        }

        return await AuthenticateAsync(form.Require("client_id"), formSecret, FormChallenge, cancellationToken);
    }

    /// <summary>The value of the <c>Authorization</c> header; null when the request has no such header.</summary>
    /// <exception cref="ProblemException">There are several.</exception>
    private static string? FindAuthorization(HttpRequestData request)
    {
        // NonValidated, as in FindHeader, because parsing drops unparsable values.
        if (!request.Headers.NonValidated.TryGetValues("Authorization", out var values))
        {
            return null;
        }

        // Several headers arrive as several values, or joined by a comma where a proxy or the Functions host has folded
        // them. No credentials of these schemes hold a comma (RFC 7617 §2, RFC 6750 §2.1, RFC 9449 §7.1); those of others do.
        var value = values.ToString();
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        if (values.Count > 1 || (parts.Length > 1 && parts.Any(static part => CommalessSchemes.Any(scheme => part.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))))
        {
            // RFC 6749 §2.3: not more than one authentication method in each request.
            throw new ProblemException(OAuthError.InvalidRequest, "Send one Authorization header.");
        }

        return value;
    }

    private async ValueTask<Client> AuthenticateAsync(string id, string secret, string challenge, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(id, cancellationToken) is not { } client)
        {
            // So that the refusal of an unknown client takes as long as that of a known one.
            _ = CryptographicOperations.FixedTimeEquals(Client.Hash(secret), Client.NoSecret);
            throw Refuse(null, "unknown_client", challenge);
        }

        return await client.AcceptsAsync(secret, cancellationToken) ? client : throw Refuse(client, "wrong_secret", challenge);
    }

    private async ValueTask<Client> AuthenticateAsync(string text, FormBody form, CancellationToken cancellationToken)
    {
        if (form.Find("client_assertion_type") != AssertionType)
        {
            throw Refuse(null, "malformed", AssertionChallenge);
        }

        // The sub of a workload's token is the issuer's name for the workload, so only the form can name the client.
        var id = form.Find("client_id");
        if (id is not null && await clients.FindAsync(id, cancellationToken) is { Federated: { } identity } workload)
        {
            return await identity.FindFaultAsync(text, cancellationToken) is { } reason ? throw Refuse(workload, reason, AssertionChallenge) : workload;
        }

        if (ClientAssertion.Read(text) is not { } assertion || (id ?? assertion.ClientId) != assertion.ClientId)
        {
            throw Refuse(null, "malformed", AssertionChallenge);
        }

        var client = await clients.FindAsync(assertion.ClientId, cancellationToken) ?? throw Refuse(null, "unknown_client", AssertionChallenge);
        return await assertions.FindFaultAsync(assertion, client, cancellationToken) is { } fault ? throw Refuse(client, fault, AssertionChallenge) : client;
    }

    private ProblemException Refuse(Client? client, string reason, string challenge)
    {
        audit.ClientAuthenticationFailed(client?.Id, reason);

        // RFC 6749 §5.2: 401, with a challenge for the method that the client used.
        return new ProblemException(
            new Problem(ProblemType.InvalidRequest, "The client is unknown, or its credentials are missing or wrong.") { OAuth = OAuthError.InvalidClient }.With("WWW-Authenticate", challenge));
    }

    /// <summary>RFC 6749 §2.3.1: id and secret are form-encoded, joined by a colon and encoded as Base64.</summary>
    private static bool TryDecode(string credentials, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? secret)
    {
        id = null;
        secret = null;
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials.Trim(), bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            return false;
        }

        id = WebUtility.UrlDecode(text[..colon]);
        secret = WebUtility.UrlDecode(text[(colon + 1)..]);
        return true;
    }
}

/// <summary>The fields by which a client authenticates in a form.</summary>
internal abstract record ClientFields
{
    /// <summary>The client, unless HTTP Basic names it.</summary>
    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    /// <summary>Its secret, unless HTTP Basic carries it.</summary>
    [JsonPropertyName("client_secret")]
    [DataType(DataType.Password)]
    public string? ClientSecret { get; init; }

    /// <summary><c>urn:ietf:params:oauth:client-assertion-type:jwt-bearer</c>, for a client that has a key, or a token of its platform, instead of a secret.</summary>
    [JsonPropertyName("client_assertion_type")]
    public string? ClientAssertionType { get; init; }

    /// <summary>A JSON Web Token that the client has signed (RFC 7523 §3), or that its platform has issued to it; the latter needs <c>client_id</c>.</summary>
    [JsonPropertyName("client_assertion")]
    public string? ClientAssertion { get; init; }
}

/// <summary>The fields of a form that names a token.</summary>
internal abstract record NamedToken : ClientFields
{
    /// <summary>An access token or a refresh token.</summary>
    [JsonPropertyName("token")]
    public required string Token { get; init; }

    /// <summary>Not needed: the two kinds look different.</summary>
    [JsonPropertyName("token_type_hint")]
    public string? TokenTypeHint { get; init; }
}
