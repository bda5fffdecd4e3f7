using System.Collections.Immutable;
using Gatehouse.Audit;
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
    Sessions sessions,
    TokenBinding binding,
    IOptions<TokensOptions> options,
    CallerLimits limits,
    AuditLog audit)
{
    [Function("Token")]
    [AllowAnonymous]
    [OAuthEndpoint]
    [LimitsCallers]
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

        if (proof is null && client.RequiresProof)
        {
            throw await binding.RefuseAsync(ProofRejection.Missing, cancellationToken);
        }

        await binding.UseAsync(proof, cancellationToken);
        var accessToken = await issuer.IssueAsync(
            new AccessTokenRequest { Subject = client.Id, ClientId = client.Id, Grant = "client_credentials", Scopes = scopes, ProofKeyThumbprint = proof?.Thumbprint },
            cancellationToken);
        audit.TokenIssued(client.Id, "client_credentials", scopes.Text);
        return new TokenResponse
        {
            AccessToken = accessToken,
            TokenType = TokenTypes.Of(proof?.Thumbprint),
            ExpiresIn = (long)options.Value.AccessTokenLifetime.TotalSeconds,
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
