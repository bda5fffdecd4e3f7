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

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(SecretBundle);
}

/// <summary>The attributes of a secret version. Times are in seconds since 1970.</summary>
internal sealed record SecretBundleAttributes
{
    // A setter, because generated JSON code sets every init property: one that is absent in the file would lose its default.
    [JsonPropertyName("enabled")]
    public bool Enabled { get; set; } = true;

    [JsonPropertyName("created")]
    public required long Created { get; init; }

    [JsonPropertyName("nbf")]
    public long? NotBefore { get; init; }

    [JsonPropertyName("exp")]
    public long? Expires { get; init; }

    /// <summary>Whether the numbers are times that .NET can hold.</summary>
    [JsonIgnore]
    public bool AreTimes => IsTime(Created) && (NotBefore is not { } start || IsTime(start)) && (Expires is not { } end || IsTime(end));

    /// <summary>The version that the attributes describe.</summary>
    public SecretVersion ToVersion(string name) => new(name, Enabled, DateTimeOffset.FromUnixTimeSeconds(Created), ToTime(NotBefore), ToTime(Expires));

    private static bool IsTime(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static DateTimeOffset? ToTime(long? seconds) => seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
}

[JsonSourceGenerationOptions(WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SecretBundle))]
internal sealed partial class KeysJsonContext : JsonSerializerContext;
