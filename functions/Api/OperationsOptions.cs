namespace Gatehouse.Api;

/// <summary>Configuration section <c>Operations</c>.</summary>
internal sealed class OperationsOptions
{
    public const string Section = "Operations";

    /// <summary>The name of <see cref="ServeReference"/>.</summary>
    public const string ServeReferenceSetting = $"{Section}:{nameof(ServeReference)}";

    /// <summary>
    /// Whether <c>/docs</c> shows the API's description as a page for trying requests. local/Host switches it on in
    /// the Development environment. Defaults to false.
    /// </summary>
    public bool ServeReference { get; set; }

    /// <summary>The <c>client_id</c> that fills the form of the page; never a secret. Defaults to none.</summary>
    public string ReferenceClientId { get; set; } = "";
}
