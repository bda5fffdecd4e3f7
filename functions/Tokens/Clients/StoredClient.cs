using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Tokens.Clients;

/// <summary>A client that an administrator has added.</summary>
internal sealed record StoredClient
{
    /// <summary>The longest id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The most secrets: the current one, and the next one while the client is switched over.</summary>
    public const int MaxSecrets = 2;

    // Shorter than the default, which escapes all letters beyond ASCII. No browser reads it.
    private static readonly StoredClientJsonContext Format =
        new(new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The <c>client_id</c>; see <see cref="IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The scopes that it may get.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Whether it gets tokens only with a proof of a key (RFC 9449 §5.2).</summary>
    public bool RequiresProof { get; init; }

    /// <summary>Its secrets, the oldest first.</summary>
    public ImmutableArray<StoredSecret> Secrets { get; init; } = [];

    /// <summary>Its public keys, a JWK set (RFC 7517 §5). At most one of these, <see cref="JwksUri"/> and <see cref="Federated"/> is set.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>The URL of its JWK set.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>Its identity at another issuer.</summary>
    public StoredFederatedIdentity? Federated { get; init; }

    /// <summary>How long its access tokens are valid; null for the lifetime of all.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The last change of its rights, in whole seconds: the <c>updated_at</c> of its tokens. Tokens that name an earlier one are
    /// revoked.
    /// </summary>
    public required DateTimeOffset TokensRevokedAt { get; init; }

    /// <summary>The version of the store; null before the client is stored.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>
    /// About when it was last used. A store keeps it apart from the client, so that a use and a change by an administrator never
    /// exclude each other. Null when it was never used, or not read.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>
    /// Whether a string can be the id: letters, digits, dots, dashes and underscores, which need no encoding in a URL. The 32
    /// hex digits of a user's id are not allowed: the client would have the <c>sub</c> of that user.
    /// </summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength
        && id.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
        && id is not ("." or "..")
        && !Guid.TryParseExact(id, "N", out _);

    /// <summary>The form in which a store keeps it.</summary>
    public string ToContent() => JsonSerializer.Serialize(this, Format.StoredClient);

    /// <summary>Reads the form in which a store keeps it.</summary>
    public static StoredClient OfContent(string content, string version) =>
        (JsonSerializer.Deserialize(content, Format.StoredClient) ?? throw new InvalidDataException("A stored client is null. It was changed by hand."))
        with
        { Version = version };

    // A record prints its members; the hashes must not get into a log.
    public override string ToString() => nameof(StoredClient);
}

/// <summary>A secret of a stored client.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Hash">The SHA-256 as base64url. A fast hash is enough for 256 random bits.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record StoredSecret(string Id, string Hash, DateTimeOffset CreatedAt)
{
    private const int SecretBytes = 32;
    private const int IdBytes = 6;

    /// <summary>Makes a secret.</summary>
    /// <param name="now">The time.</param>
    /// <param name="secret">The secret itself, which is stored nowhere.</param>
    public static StoredSecret Create(DateTimeOffset now, out string secret)
    {
        secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return new StoredSecret(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), Base64Url.EncodeToString(Client.Hash(secret)), now);
    }

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(StoredSecret);
}

[JsonSerializable(typeof(StoredClient))]
internal sealed partial class StoredClientJsonContext : JsonSerializerContext;
