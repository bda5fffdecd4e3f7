namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>What is left of a program that has ended.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors);
