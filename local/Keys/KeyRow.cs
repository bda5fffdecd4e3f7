namespace Gatehouse.KeyTool;

/// <summary>A version as <c>list</c> shows it.</summary>
/// <param name="Version">Its name in the store.</param>
/// <param name="Kid">The key id; null when neither the key nor its tag can be read.</param>
/// <param name="Algorithm">What it signs with; null when the key can't be read.</param>
/// <param name="State">announced, active, retiring, retired, expired, disabled or unreadable.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Activates">When it begins to sign, or began.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Problem">Why it is unreadable.</param>
internal sealed record KeyRow(
    string Version,
    string? Kid,
    string? Algorithm,
    string State,
    DateTimeOffset Created,
    DateTimeOffset? Activates,
    DateTimeOffset? Expires,
    string? Problem);
