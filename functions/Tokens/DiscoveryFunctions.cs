using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Access;
using Gatehouse.OpenApi;
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
    /// <summary>Get the metadata for verifiers</summary>
    /// <remarks>
    /// The metadata at the path of OpenID Connect Discovery, where libraries that verify tokens look for <c>issuer</c> and
    /// <c>jwks_uri</c>. There are no ID tokens. Clients of <c>/token</c> read <c>/.well-known/oauth-authorization-server</c>.
    /// </remarks>
    [Function("OpenIdConfiguration")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [AllowAnyOrigin]
    [Operation("Discovery")]
    [Answer<DiscoveryDocument>(200, "The metadata.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    [Answer(304, "It has not changed.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    public Task<HttpResponseData> GetOpenIdConfigurationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/openid-configuration")] HttpRequestData request) => DescribeAsync(request);

    /// <summary>Get the OAuth metadata</summary>
    /// <remarks>The metadata of the authorization server (RFC 8414): its endpoints, scopes and algorithms.</remarks>
    [Function("OAuthAuthorizationServer")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [AllowAnyOrigin]
    [Operation("Discovery")]
    [Answer<DiscoveryDocument>(200, "The metadata.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    [Answer(304, "It has not changed.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    public Task<HttpResponseData> GetAuthorizationServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/oauth-authorization-server")] HttpRequestData request) => DescribeAsync(request);

    private Task<HttpResponseData> DescribeAsync(HttpRequestData request)
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
        return request.PublicJsonAsync(document, TokenJsonContext.Default.DiscoveryDocument);
    }
}

/// <summary>RFC 8414 §2, OpenID Connect Discovery §3.</summary>
/// <example>
/// {"issuer": "https://api.example.com", "token_endpoint": "https://api.example.com/token",
/// "jwks_uri": "https://api.example.com/.well-known/jwks.json", "userinfo_endpoint": "https://api.example.com/me",
/// "revocation_endpoint": "https://api.example.com/revoke", "introspection_endpoint": "https://api.example.com/introspect",
/// "scopes_supported": ["products:read", "products:write", "products:delete", "users:read", "users:write", "clients:read", "clients:write",
/// "tokens:introspect"],
/// "response_types_supported": [], "grant_types_supported": ["client_credentials", "refresh_token"],
/// "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
/// "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
/// "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
/// "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "RS256"],
/// "revocation_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "RS256"],
/// "introspection_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "RS256"],
/// "dpop_signing_alg_values_supported": ["ES256", "PS256", "RS256"], "subject_types_supported": ["public"]}
/// </example>
internal sealed record DiscoveryDocument
{
    /// <summary>The <c>iss</c> of every token.</summary>
    [JsonPropertyName("issuer")]
    [DataType(DataType.Url)]
    public required string Issuer { get; init; }

    /// <summary><c>/token</c>.</summary>
    [JsonPropertyName("token_endpoint")]
    [DataType(DataType.Url)]
    public required string TokenEndpoint { get; init; }

    /// <summary><c>/.well-known/jwks.json</c>.</summary>
    [JsonPropertyName("jwks_uri")]
    [DataType(DataType.Url)]
    public required string JwksUri { get; init; }

    /// <summary><c>/me</c>.</summary>
    [JsonPropertyName("userinfo_endpoint")]
    [DataType(DataType.Url)]
    public required string UserInfoEndpoint { get; init; }

    /// <summary><c>/revoke</c>.</summary>
    [JsonPropertyName("revocation_endpoint")]
    [DataType(DataType.Url)]
    public required string RevocationEndpoint { get; init; }

    /// <summary><c>/introspect</c>.</summary>
    [JsonPropertyName("introspection_endpoint")]
    [DataType(DataType.Url)]
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>Every scope.</summary>
    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Empty: there is no authorization endpoint.</summary>
    [JsonPropertyName("response_types_supported")]
    [MaxLength(0)]
    public IReadOnlyList<string> ResponseTypes { get; init; } = [];

    /// <summary>The grants of <c>/token</c>.</summary>
    [JsonPropertyName("grant_types_supported")]
    public IReadOnlyList<string> GrantTypes { get; init; } = ["client_credentials", "refresh_token"];

    /// <summary>How a client authenticates at <c>/token</c>.</summary>
    [JsonPropertyName("token_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> TokenEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

    /// <summary>The same at <c>/revoke</c>.</summary>
    [JsonPropertyName("revocation_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> RevocationEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

    /// <summary>The same at <c>/introspect</c>.</summary>
    [JsonPropertyName("introspection_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> IntrospectionEndpointAuthMethods { get; init; } = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    /// <summary>The algorithms of a client's assertion (<c>private_key_jwt</c>) at <c>/token</c>.</summary>
    [JsonPropertyName("token_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> TokenEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    /// <summary>The same at <c>/revoke</c>.</summary>
    [JsonPropertyName("revocation_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> RevocationEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    /// <summary>The same at <c>/introspect</c>.</summary>
    [JsonPropertyName("introspection_endpoint_auth_signing_alg_values_supported")]
    public IReadOnlyList<string> IntrospectionEndpointAuthAlgorithms { get; init; } = PeerKey.Algorithms;

    /// <summary>The algorithms of DPoP proofs (RFC 9449 §5.1).</summary>
    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public IReadOnlyList<string> ProofSigningAlgorithms { get; init; } = PeerKey.Algorithms;

    /// <summary><c>sub</c> is the same for every client.</summary>
    [JsonPropertyName("subject_types_supported")]
    public IReadOnlyList<string> SubjectTypes { get; init; } = ["public"];
}
