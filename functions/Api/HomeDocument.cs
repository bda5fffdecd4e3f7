namespace Gatehouse.Api;

/// <summary>The answer at <c>/</c>: what this is and where to go on.</summary>
internal sealed record HomeDocument(string Name, string Version, IReadOnlyDictionary<string, string> Links);
