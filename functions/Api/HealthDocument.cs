namespace Gatehouse.Api;

/// <summary>The answer of a health check.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">Each check by name: <c>healthy</c>, or what is wrong. Missing where nothing is checked.</param>
internal sealed record HealthDocument(string Status, IReadOnlyDictionary<string, string>? Checks);
