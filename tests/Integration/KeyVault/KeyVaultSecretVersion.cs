namespace Gatehouse.Tests.Integration.KeyVault;

/// <summary>A version of a secret in the tests' vault.</summary>
internal sealed class KeyVaultSecretVersion(string name, string value, DateTimeOffset created)
{
    public string Name => name;

    public string Value => value;

    public bool Enabled { get; set; } = true;

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>As the REST contract shows it: times in seconds since 1970.</summary>
    public Dictionary<string, object?> Describe(Uri vault, string secret, bool withValue)
    {
        var attributes = new Dictionary<string, object?>
        {
            ["enabled"] = Enabled,
            ["created"] = created.ToUnixTimeSeconds(),
            ["updated"] = created.ToUnixTimeSeconds(),
            ["recoveryLevel"] = "Recoverable+Purgeable",
        };
        if (NotBefore is { } start)
        {
            attributes["nbf"] = start.ToUnixTimeSeconds();
        }

        if (Expires is { } end)
        {
            attributes["exp"] = end.ToUnixTimeSeconds();
        }

        var description = new Dictionary<string, object?> { ["id"] = $"{vault}secrets/{secret}/{name}", ["attributes"] = attributes, ["contentType"] = ContentType, ["tags"] = Tags };
        if (withValue)
        {
            description["value"] = value;
        }

        return description;
    }
}
