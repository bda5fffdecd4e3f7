using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;

namespace Gatehouse.Tokens.Clients;

/// <summary>The members of a client that an administrator may set. A member that was not sent is null or default.</summary>
internal sealed record ClientInput
{
    /// <summary>The most scopes of a client.</summary>
    public const int MaxScopes = 64;

    /// <summary>The most characters of a scope.</summary>
    public const int MaxScopeLength = 128;

    /// <summary>The most characters of a URL, and of the names of a workload.</summary>
    public const int MaxNameLength = 512;

    // All members of a client are one value of the storage, which holds 32 768 characters.
    private const int MaxClaims = 16;
    private const int MaxClaimLength = 256;
    private const int MaxKeySetLength = 12 * 1024;

    private static readonly string[] Methods = ["jwks", "jwksUri", "federated"];

    public required ImmutableArray<string> Scopes { get; init; }

    public bool? RequiresProof { get; init; }

    public TimeSpan? AccessTokenLifetime { get; init; }

    public JsonElement? Jwks { get; init; }

    public Uri? JwksUri { get; init; }

    public StoredFederatedIdentity? Federated { get; init; }

    /// <summary>Reads the members of a body, and adds what is wrong to its errors.</summary>
    /// <param name="body">The body.</param>
    /// <param name="options">The longest lifetime of an access token, and whether keys may lie on this machine.</param>
    public static ClientInput Read(JsonBody body, TokensOptions options)
    {
        var isLocal = options.IsOnLoopback();
        if (Methods.Where(body.Has).Skip(1).FirstOrDefault() is { } second)
        {
            body.AddError(second, "Send only one of jwks, jwksUri and federated.");
        }

        return new ClientInput
        {
            Scopes = ReadScopes(body),
            RequiresProof = body.OptionalBoolean("requireDPoP"),
            AccessTokenLifetime = ReadSeconds(body, "accessTokenLifetime", TokensOptions.ShortestLifetime, options.FindLongestLifetime()),
            Jwks = ReadKeys(body),
            JwksUri = ReadUrl(body, isLocal),
            Federated = ReadIdentity(body, isLocal),
        };
    }

    /// <summary>The client with the members that were sent. A key or identity takes the place of the one before; an empty key set removes it.</summary>
    public StoredClient ApplyTo(StoredClient client)
    {
        var changed = client with
        {
            Scopes = Scopes.IsDefault ? client.Scopes : Scopes,
            RequiresProof = RequiresProof ?? client.RequiresProof,
            AccessTokenLifetime = AccessTokenLifetime ?? client.AccessTokenLifetime,
        };
        return Jwks is null && JwksUri is null && Federated is null
            ? changed
            : changed with { Jwks = Jwks is { } set && !IsEmpty(set) ? set : null, JwksUri = JwksUri, Federated = Federated };
    }

    private static ImmutableArray<string> ReadScopes(JsonBody body)
    {
        var scopes = body.OptionalStrings("scopes", MaxScopes);
        if (!scopes.IsDefault
            && (scopes.Length == 0 || !scopes.All(static scope => scope.Length <= MaxScopeLength && ScopeSet.IsScopeToken(scope) && scope != ScopeSet.Everything)))
        {
            body.AddError("scopes", $"This field must be a list of scopes, such as {Access.Scopes.ProductsRead}, each with up to {MaxScopeLength} characters. * is not accepted.");
        }

        return scopes;
    }

    private static JsonElement? ReadKeys(JsonBody body)
    {
        if (!body.TryTake("jwks", out var set))
        {
            return null;
        }

        if (FindFault(set) is { } fault)
        {
            body.AddError("jwks", fault);
            return null;
        }

        return set;
    }

    private static string? FindFault(JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            return "This field must be a JWK set: an object with the list keys.";
        }

        if (set.GetRawText().Length > MaxKeySetLength)
        {
            return $"This field may have up to {MaxKeySetLength} characters.";
        }

        if (keys.EnumerateArray().Any(PeerKey.HoldsPrivateNumber))
        {
            return "This field must hold public keys alone. Replace the private key that you have sent: it is known now.";
        }

        try
        {
            _ = IsEmpty(set) ? null : ClientKeySet.Parse(set);
            return null;
        }
        catch (InvalidKeyException exception)
        {
            return $"This field must be a JWK set with public keys. {exception.Message}";
        }
    }

    private static bool IsEmpty(JsonElement set) => set.GetProperty("keys").GetArrayLength() == 0;

    private static StoredFederatedIdentity? ReadIdentity(JsonBody body, bool isLocal)
    {
        if (body.OptionalObject("federated") is not { } fields)
        {
            return null;
        }

        var hasUrl = fields.Has("jwksUri");
        var identity = new StoredFederatedIdentity
        {
            Issuer = fields.RequiredString("issuer", MaxNameLength),
            JwksUri = ReadUrl(fields, isLocal),
            Subject = fields.RequiredString("subject", MaxNameLength),
            Audience = fields.OptionalString("audience", MaxNameLength),
            Claims = fields.OptionalStringMap("claims", MaxClaims, MaxClaimLength) ?? new Dictionary<string, string>(),
            Reusable = fields.OptionalBoolean("reusable") ?? false,
            MaxLifetime = ReadSeconds(fields, "maxLifetime", FederatedOptions.MinMaxLifetime, FederatedOptions.MaxMaxLifetime) ?? new FederatedOptions().MaxLifetime,
        };

        // A missing or refused field has its error already.
        if (identity.Issuer.Length > 0 && identity.Subject.Length > 0 && (identity.JwksUri is not null || !hasUrl))
        {
            foreach (var (name, must) in identity.ToOptions().FindFaults())
            {
                fields.AddError(JsonNamingPolicy.CamelCase.ConvertName(name), $"This field {must}");
            }
        }

        if (identity.JwksUri is null && Uri.TryCreate(identity.Issuer, UriKind.Absolute, out var issuer))
        {
            RequireReachable(fields, "issuer", issuer, isLocal);
        }

        return identity;
    }

    private static Uri? ReadUrl(JsonBody body, bool isLocal)
    {
        var url = body.OptionalUrl("jwksUri", MaxNameLength);
        if (url is not null)
        {
            RequireReachable(body, "jwksUri", url, isLocal);
        }

        return url;
    }

    // An administrator of clients must not make a server call the other services of its machine.
    private static void RequireReachable(JsonBody body, string name, Uri url, bool isLocal)
    {
        if (url.IsLoopback && !isLocal)
        {
            body.AddError(name, "This field must not be on loopback, unless Tokens:Issuer is.");
        }
    }

    private static TimeSpan? ReadSeconds(JsonBody body, string name, TimeSpan minimum, TimeSpan maximum) =>
        body.OptionalInteger(name, (int)minimum.TotalSeconds, (int)maximum.TotalSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
