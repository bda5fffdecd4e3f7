using System.Text.Json.Serialization;

namespace Gatehouse.Keys;

/// <summary>The attributes of a secret version. Times are in seconds since 1970.</summary>
internal sealed record SecretBundleAttributes
{
    [JsonPropertyName("enabled")]
    public bool Enabled { get; init; } = true;

    [JsonPropertyName("created")]
    public required long Created { get; init; }

    [JsonPropertyName("nbf")]
    public long? NotBefore { get; init; }

    [JsonPropertyName("exp")]
    public long? Expires { get; init; }
}
