namespace Gatehouse.Keys;

/// <summary>Where a signing key stands in its life.</summary>
internal enum KeyState
{
    /// <summary>Published, so that everybody knows it when it begins to sign.</summary>
    Announced,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Signs no more; the tokens that it signed are still accepted.</summary>
    Retiring,

    /// <summary>Done: its last token has ended, it has expired, or it is disabled.</summary>
    Retired,
}
