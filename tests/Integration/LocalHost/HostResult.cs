namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>How a process of local/Host has ended.</summary>
internal sealed record HostResult(int ExitCode, string Output, string Errors);
