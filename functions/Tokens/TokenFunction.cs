using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The token endpoint (RFC 6749 §3.2).</summary>
[RequiresService(typeof(AccessTokenIssuer))]
internal sealed class TokenFunction(
    ClientAuthentication clients,
    AccessTokenIssuer issuer,
    Audiences audiences,
    Sessions sessions,
    TokenBinding binding,
    IOptions<TokensOptions> options,
    CallerLimits limits,
    AuditLog audit)
{
    /// <summary>Get a token as a client, or refresh one</summary>
    /// <remarks>
    /// The token endpoint of OAuth 2.0. <c>client_credentials</c> (RFC 6749 §4.4) issues an access token to a client; the client
    /// authenticates by HTTP Basic, by <c>client_id</c> and <c>client_secret</c> in the form, or, with a key instead of a secret, by
    /// <c>client_assertion</c> (<c>private_key_jwt</c>, RFC 7523). The <c>client_assertion</c> of a workload is the token of its
    /// platform, such as GitHub Actions or Kubernetes. <c>refresh_token</c> (§6) issues the next pair of a session. A refresh token is
    /// for a single use: when a used one is sent again after its leeway, the session is revoked.
    /// </remarks>
    /// <example status="200" name="client" summary="To a client">
    /// {"access_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik56YkxzWGg4dURDY2QtNk1Od1hGNFdfN25vV1hGWkFmSGt4WnNSR0M5WHMiLCJ0eXAiOiJhdCtqd3QifQ.e30.c2ln",
    /// "token_type": "Bearer", "expires_in": 600, "scope": "products:read"}
    /// </example>
    /// <example status="200" name="person" summary="A refreshed session">
    /// {"access_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik56YkxzWGg4dURDY2QtNk1Od1hGNFdfN25vV1hGWkFmSGt4WnNSR0M5WHMiLCJ0eXAiOiJhdCtqd3QifQ.e30.c2ln",
    /// "token_type": "Bearer", "expires_in": 600,
    /// "refresh_token": "5WdWwzEtQkO0yDGNBaIM1A.kq3vJ1x0mC9m4cYp1cXfQ0dT2b0m7q1yq4Yj8m3nXlA", "scope": "products:read"}
    /// </example>
    [Function("Token")]
    [AllowAnonymous]
    [OAuthEndpoint]
    [LimitsCallers]
    [Operation("Sign in", ReadsProof = true)]
    [Body<TokenRequest>]
    [Answer<TokenResponse>(200, "The tokens (RFC 6749 §5.1). A client gets no refresh token.", "Pragma: NoCache")]
    [Failure(400, "TokenError")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "token")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var form = await FormBody.ReadAsync(request);
        var grant = form.Require("grant_type");
        var proof = await binding.FindAsync(request.ReadProof(), cancellationToken);
        var tokens = grant switch
        {
            "client_credentials" => await GrantToClientAsync(request, form, proof, cancellationToken),
            "refresh_token" => await RefreshAsync(request, form, proof, cancellationToken),
            _ => throw new ProblemException(OAuthError.UnsupportedGrantType, "Use the grant type client_credentials or refresh_token."),
        };
        return await request.CreateTokenResponseAsync(tokens, proof);
    }

    /// <summary>RFC 6749 §4.4. There is no refresh token, because the client can request another token at any time.</summary>
    private async Task<TokenResponse> GrantToClientAsync(HttpRequestData request, FormBody form, VerifiedProof? proof, CancellationToken cancellationToken)
    {
        var client = await clients.RequireAsync(request, form, cancellationToken);
        await LimitAsync(request, client.Id, roles: []);
        var scopes = FindScopes(form) ?? client.Scopes;
        if (!scopes.IsSubsetOf(client.Scopes))
        {
            throw new ProblemException(OAuthError.InvalidScope, "The client requests a scope that it may not have.");
        }

        var requested = audiences.Find(form.FindAll("resource"));
        if (proof is null && client.RequiresProof)
        {
            throw await binding.RefuseAsync(ProofRejection.Missing, cancellationToken);
        }

        await binding.UseAsync(proof, cancellationToken);
        var lifetime = options.Value.FindLifetime(client.AccessTokenLifetime);
        var accessToken = await issuer.IssueAsync(
            new AccessTokenRequest
            {
                Subject = client.Id,
                ClientId = client.Id,
                Grant = "client_credentials",
                Audiences = audiences.Narrow(requested, requested),
                Scopes = scopes,
                ProofKeyThumbprint = proof?.Thumbprint,
                Lifetime = lifetime,
                RightsReadAt = client.ReadAt,
                UpdatedAt = client.TokensRevokedAt,
            },
            cancellationToken);
        audit.TokenIssued(client.Id, "client_credentials", scopes.Text);
        return new TokenResponse
        {
            AccessToken = accessToken,
            TokenType = TokenTypes.Of(proof?.Thumbprint),
            ExpiresIn = (long)lifetime.TotalSeconds,
            Scope = scopes.Text,
        };
    }

    /// <summary>RFC 6749 §6.</summary>
    private async Task<TokenResponse> RefreshAsync(HttpRequestData request, FormBody form, VerifiedProof? proof, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(request, form, cancellationToken);
        return await sessions.RefreshAsync(
            form.Require("refresh_token"),
            client?.Id ?? form.Find("client_id"),
            FindScopes(form),
            audiences.Find(form.FindAll("resource")),
            proof,
            user => LimitAsync(request, user.Id, user.Roles),
            cancellationToken);
    }

    private async Task LimitAsync(HttpRequestData request, string subject, ImmutableArray<string> roles)
    {
        if (await limits.FindRefusalAsync(request.FunctionContext, subject, roles) is { } refusal)
        {
            throw new ProblemException(refusal);
        }
    }

    private static ScopeSet? FindScopes(FormBody form)
    {
        if (form.Find("scope") is not { } text)
        {
            return null;
        }

        var scopes = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return scopes.Length > 0 && scopes.All(ScopeSet.IsScopeToken)
            ? ScopeSet.From(scopes)
            : throw new ProblemException(OAuthError.InvalidScope, "The scope must be a list of scopes separated by single spaces.");
    }
}

/// <summary>RFC 6749 §4.4 and §6.</summary>
/// <example name="client" summary="A client on its own behalf">{"grant_type": "client_credentials", "scope": "products:read"}</example>
/// <example name="refresh" summary="The next tokens of a session">
/// {"grant_type": "refresh_token", "refresh_token": "5WdWwzEtQkO0yDGNBaIM1A.kq3vJ1x0mC9m4cYp1cXfQ0dT2b0m7q1yq4Yj8m3nXlA"}
/// </example>
internal sealed record TokenRequest : ClientFields
{
    /// <summary>The grant that is exchanged for the tokens.</summary>
    [JsonPropertyName("grant_type")]
    [AllowedValues("client_credentials", "refresh_token")]
    public required string GrantType { get; init; }

    /// <summary>The requested scopes, separated by spaces; all that are allowed without it.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>The refresh token, for <c>refresh_token</c>.</summary>
    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>
    /// The API that the token is for (RFC 8707): an audience of <c>Tokens:FurtherAudiences</c>, or this API by its URL or audience. It
    /// may come several times. Without it the token is for this API, or for all APIs of the session.
    /// </summary>
    [JsonPropertyName("resource")]
    public string? Resource { get; init; }
}
