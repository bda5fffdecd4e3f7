namespace Gatehouse.KeyTool;

/// <summary>How the tool ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Refused, or it went wrong; the reason is on the standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 2;

    /// <summary><c>verify</c> found that what is published is not what the keys are.</summary>
    public const int Disagreement = 3;
}
