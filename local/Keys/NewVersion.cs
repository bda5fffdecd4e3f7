namespace Gatehouse.KeyTool;

/// <summary>A version that is to be stored.</summary>
internal sealed record NewVersion
{
    /// <summary>The private key.</summary>
    public required string Value { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset ExpiresOn { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(NewVersion);
}
