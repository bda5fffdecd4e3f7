namespace Gatehouse.Operations.Telemetry;

/// <summary>The services that Gatehouse depends on, as metrics and traces name them.</summary>
internal static class DependencyNames
{
    public const string Storage = "storage";
    public const string KeyVault = "key_vault";
}
