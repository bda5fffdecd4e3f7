namespace Gatehouse.KeyTool;

/// <summary>The published key set next to the keys.</summary>
/// <param name="Agrees">Whether nothing was found.</param>
/// <param name="Published">The ids of the published keys.</param>
/// <param name="Findings">What is wrong, a sentence each.</param>
internal sealed record KeyComparison(bool Agrees, IReadOnlyList<string> Published, IReadOnlyList<string> Findings);
