namespace Gatehouse.Tests.Integration.KeyTool;

internal sealed record ListedKey(string Version, string? Kid, string? Algorithm, string State);
