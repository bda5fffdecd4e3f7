namespace Gatehouse.Protection.Issuers;

/// <summary>A value of a claim that gives scopes, such as the id of a group.</summary>
internal sealed class ClaimToScopesOptions
{
    /// <summary>The claim; <c>a.b</c> is the member b of the claim a. Required; has no default.</summary>
    public string Claim { get; set; } = "";

    /// <summary>The value: all of the text, one of its words, or one of the array. Required; has no default.</summary>
    public string Value { get; set; } = "";

    /// <summary>What it gives, separated by spaces; the issuer's own Scopes must have it too. Required; has no default.</summary>
    public string Scopes { get; set; } = "";
}
