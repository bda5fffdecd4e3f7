namespace Gatehouse.Revocation;

/// <summary>What a revocation is of.</summary>
internal enum RevocationKind
{
    /// <summary>Every access token of a session (<c>sid</c>).</summary>
    Session,

    /// <summary>One access token (<c>jti</c>).</summary>
    Token,

    /// <summary>Every access token of a subject (<c>sub</c>) that was issued before the revocation.</summary>
    Subject,
}
