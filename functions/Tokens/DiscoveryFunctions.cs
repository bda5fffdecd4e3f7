using System.Text.Json.Serialization;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Describes the authorization server: at the path of RFC 8414 for clients of the token endpoint, and at that of OpenID
/// Connect Discovery for libraries that verify tokens, which need only the issuer and the URL of its keys.
/// </summary>
[RequiresService(typeof(AccessTokenIssuer))]
internal sealed class DiscoveryFunctions(IOptions<TokensOptions> options)
{
    [Function("OpenIdConfiguration")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public Task<HttpResponseData> GetOpenIdConfigurationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/openid-configuration")] HttpRequestData request) => DescribeAsync(request);

    [Function("OAuthAuthorizationServer")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public Task<HttpResponseData> GetAuthorizationServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/oauth-authorization-server")] HttpRequestData request) => DescribeAsync(request);

    private async Task<HttpResponseData> DescribeAsync(HttpRequestData request)
    {
        var issuer = options.Value.Issuer;
        var root = issuer.TrimEnd('/');
        var document = new DiscoveryDocument
        {
            Issuer = issuer,
            TokenEndpoint = root + "/token",
            JwksUri = root + "/.well-known/jwks.json",
            UserInfoEndpoint = root + "/me",
            RevocationEndpoint = root + "/revoke",
            IntrospectionEndpoint = root + "/introspect",
            Scopes = Scopes.All,
        };
        var response = await request.JsonAsync(document, TokenJsonContext.Default.DiscoveryDocument);
        response.SetHeader("Cache-Control", "public, max-age=300");
        return response;
    }
}

/// <summary>The metadata of the authorization server (RFC 8414 §2, OpenID Connect Discovery §3).</summary>
internal sealed record DiscoveryDocument
{
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    [JsonPropertyName("token_endpoint")]
    public required string TokenEndpoint { get; init; }

    [JsonPropertyName("jwks_uri")]
    public required string JwksUri { get; init; }

    [JsonPropertyName("userinfo_endpoint")]
    public required string UserInfoEndpoint { get; init; }

    [JsonPropertyName("revocation_endpoint")]
    public required string RevocationEndpoint { get; init; }

    [JsonPropertyName("introspection_endpoint")]
    public required string IntrospectionEndpoint { get; init; }

    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Required by RFC 8414, and empty: there is no authorization endpoint.</summary>
    [JsonPropertyName("response_types_supported")]
    public IReadOnlyList<string> ResponseTypes { get; init; } = [];

    [JsonPropertyName("grant_types_supported")]
    public IReadOnlyList<string> GrantTypes { get; init; } = ["client_credentials", "refresh_token"];

    [JsonPropertyName("token_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> TokenEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

    [JsonPropertyName("revocation_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> RevocationEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

    [JsonPropertyName("introspection_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> IntrospectionEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    [JsonPropertyName("token_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> TokenEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    [JsonPropertyName("revocation_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> RevocationEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    [JsonPropertyName("introspection_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> IntrospectionEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    /// <summary>RFC 9449 §5.1.</summary>
    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public IReadOnlyList<string> ProofSigningAlgorithms { get; init; } = PeerKey.Algorithms;

    [JsonPropertyName("subject_types_supported")]
    public IReadOnlyList<string> SubjectTypes { get; init; } = ["public"];
}
