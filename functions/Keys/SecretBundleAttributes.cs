using System.Text.Json.Serialization;

namespace Gatehouse.Keys;

/// <summary>The attributes of a secret version. Times are in seconds since 1970.</summary>
internal sealed record SecretBundleAttributes
{
    // Not init: generated JSON code sets every init property, so one that is absent in the file would lose its default.
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

    /// <summary>The version that they describe.</summary>
    public SecretVersion ToVersion(string name) => new(name, Enabled, DateTimeOffset.FromUnixTimeSeconds(Created), ToTime(NotBefore), ToTime(Expires));

    private static bool IsTime(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static DateTimeOffset? ToTime(long? seconds) => seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
