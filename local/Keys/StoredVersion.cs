using Gatehouse.Keys;





namespace Gatehouse.KeyTool;

/// <summary>A version as it is stored.</summary>
/// <param name="Version">Its name and dates.</param>
/// <param name="Kid">The key id by its tag, which can be read of disabled versions too; null when it has no such tag.</param>
internal sealed record StoredVersion(SecretVersion Version, string? Kid);
