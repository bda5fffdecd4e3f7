using Gatehouse.Protection.Http;

namespace Gatehouse.Tokens.Clients;

/// <summary>Another client has the id.</summary>
internal sealed class ClientIdTakenException() : Exception("Another client has this id. Choose another id.");

/// <summary>A client has the most secrets.</summary>
internal sealed class TooManySecretsException() : Exception($"The client has {StoredClient.MaxSecrets} secrets. Remove one first.");

/// <summary>Another writer changed the client since it was read.</summary>
internal sealed class ClientChangedException() : Exception("The client has changed since it was read. Read it again.");

/// <summary>Maps the exceptions of clients to problems.</summary>
internal sealed class ClientProblems : IProblemMapper
{
    public Problem? Find(Exception exception) => exception switch
    {
        ClientIdTakenException or TooManySecretsException => new Problem(ProblemType.Conflict, exception.Message),
        ClientChangedException => Precondition.Stale().Problem,
        _ => null,
    };
}
