using System.Text.Json.Serialization;

namespace Gatehouse.Users;

/// <summary>A passkey (WebAuthn). It stores a public key, and so nothing secret.</summary>
/// <param name="Id">The credential id, in base64url.</param>
/// <param name="PublicKey">The public key as COSE (RFC 9052), in base64.</param>
/// <param name="Counter">The last signature counter; 0 for a passkey that does not count.</param>
/// <param name="IsSynced">Whether the key can leave its device, as those that are synced between devices do.</param>
/// <param name="Name">The name that the user gave it.</param>
/// <param name="Since">When it was added.</param>
/// <param name="LastUsedAt">When it signed in last; null for never.</param>
/// <param name="LastChallengeAt">When the challenge of the last sign-in was made. No challenge of that time or before is accepted again.</param>
internal sealed record Passkey(
    [property: JsonPropertyName("i")] string Id,
    [property: JsonPropertyName("k")] string PublicKey,
    [property: JsonPropertyName("c")] uint Counter,
    [property: JsonPropertyName("b")] bool IsSynced,
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("d")] DateTimeOffset Since,
    [property: JsonPropertyName("u")] DateTimeOffset? LastUsedAt,
    [property: JsonPropertyName("l")] DateTimeOffset LastChallengeAt);
