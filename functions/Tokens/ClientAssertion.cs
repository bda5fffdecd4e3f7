using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gatehouse.Protection;
using Gatehouse.Protection.Json;

namespace Gatehouse.Tokens;

/// <summary>An assertion by which a client authenticates (RFC 7523 §3), read but not verified.</summary>
internal sealed record ClientAssertion
{
    private const int MaxLength = TokenVerifier.MaxLength;

    public required string Algorithm { get; init; }

    public string? Kid { get; init; }

    /// <summary><c>iss</c> and <c>sub</c>, which are the same: the client.</summary>
    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required string Id { get; init; }

    /// <summary><c>exp</c>, in seconds since 1970.</summary>
    public required double ExpiresAt { get; init; }

    /// <summary><c>nbf</c>, in seconds since 1970; 0 without it.</summary>
    public required double NotBefore { get; init; }

    /// <summary>The signed bytes.</summary>
    public required byte[] Content { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>Reads an assertion; null when it is not a JWT of the right kind, or a claim is missing or of the wrong type.</summary>
    public static ClientAssertion? Read(string text)
    {
        if (text.Length > MaxLength || !TokenDecoder.TrySplit(text, out var headerPart, out var payloadPart))
        {
            return null;
        }

        using var header = TokenDecoder.ReadObject(text.AsSpan()[headerPart], out _);
        using var payload = TokenDecoder.ReadObject(text.AsSpan()[payloadPart], out _);
        return header is null || payload is null ? null : Read(text, payloadPart.End.Value, header.RootElement, payload.RootElement);
    }

    /// <summary>
    /// Whether a <c>typ</c> may be that of an assertion. RFC 8725 §3.11: the type keeps other tokens of the same signer, such as
    /// DPoP proofs, from passing as assertions.
    /// </summary>
    public static bool IsType(string? type) => type is null || TokenHeader.IsType(type, "JWT") || TokenHeader.IsType(type, "client-authentication+jwt");

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(ClientAssertion);

    private static ClientAssertion? Read(string text, int contentLength, JsonElement header, JsonElement payload)
    {
        if (header.TryGetProperty("crit", out _)
            || !header.TryGetOptionalString("typ", out var type)
            || !IsType(type)
            || !header.TryGetString("alg", out var algorithm)
            || !header.TryGetOptionalString("kid", out var kid)
            || !payload.TryGetString("iss", out var issuer)
            || payload.FindString("sub") != issuer
            || !payload.TryGetString("jti", out var id)
            || !payload.TryGetNumber("exp", out var expiresAt)
            || !payload.TryGetProperty("aud", out var audience)
            || audience.AsStrings() is not { } audiences)
        {
            return null;
        }

        var notBefore = 0d;
        if (payload.TryGetProperty("nbf", out _) && !payload.TryGetNumber("nbf", out notBefore))
        {
            return null;
        }

        return new ClientAssertion
        {
            Algorithm = algorithm,
            Kid = kid,
            ClientId = issuer,
            Audiences = audiences,
            Id = id,
            ExpiresAt = expiresAt,
            NotBefore = notBefore,
            Content = Encoding.ASCII.GetBytes(text, 0, contentLength),
            Signature = Base64Url.DecodeFromChars(text.AsSpan(contentLength + 1)),
        };
    }
}
