using Gatehouse.Keys;
using Gatehouse.Tokens;





namespace Gatehouse.KeyTool;

/// <summary>The app's settings that decide when a key signs, and until when it verifies.</summary>
/// <param name="AnnounceFor"><see cref="KeysOptions.AnnounceFor"/>.</param>
/// <param name="AccessTokenLifetime"><see cref="TokensOptions.AccessTokenLifetime"/>.</param>
internal sealed record KeySettings(TimeSpan AnnounceFor, TimeSpan AccessTokenLifetime)
{
    /// <summary>How long the tokens of a key that was replaced may still come.</summary>
    public TimeSpan RetainFor => AccessTokenLifetime + TokensOptions.ClockSkew;
}
