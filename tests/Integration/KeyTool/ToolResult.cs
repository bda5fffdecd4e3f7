namespace Gatehouse.Tests.Integration.KeyTool;

internal sealed record ToolResult(int ExitCode, string Output, string Errors);
