using System.Text.Json.Serialization;

namespace Gatehouse.Keys;

/// <summary>A version of a secret as a file, in the shape of a Key Vault secret bundle.</summary>
internal sealed record SecretBundle
{
    [JsonPropertyName("value")]
    public required string Value { get; init; }

    [JsonPropertyName("contentType")]
    public string? ContentType { get; init; }

    [JsonPropertyName("attributes")]
    public required SecretBundleAttributes Attributes { get; init; }

    [JsonPropertyName("tags")]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(SecretBundle);
}
