namespace Gatehouse.Protection.Telemetry;

/// <summary>The services that Gatehouse depends on, as metrics and traces name them.</summary>
internal static class DependencyNames
{
    public const string Storage = "storage";
    public const string KeyVault = "key_vault";

    /// <summary>What trusted issuers publish.</summary>
    public const string Issuer = "issuer";

    /// <summary>The key sets that clients publish.</summary>
    public const string ClientKeys = "client_keys";
}
