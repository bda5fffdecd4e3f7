namespace Gatehouse.Tokens;

/// <summary>Configuration section <c>Clients</c>: the machines that get tokens of their own.</summary>
internal sealed class ClientsOptions
{
    public const string Section = "Clients";

    /// <summary>Each client by a number or a name of its own, such as <c>Clients:0</c>. Defaults to none.</summary>
    public IList<ClientOptions> Clients { get; } = [];
}
