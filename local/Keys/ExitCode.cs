namespace Gatehouse.KeyTool;

/// <summary>The exit codes of the tool.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Refused or failed; the reason is on the standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not valid.</summary>
    public const int Usage = 2;

    /// <summary><c>verify</c> found that the published key set differs from the keys.</summary>
    public const int Disagreement = 3;
}
