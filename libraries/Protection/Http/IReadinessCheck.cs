namespace Gatehouse.Protection.Http;

/// <summary>One thing that must work for this instance to answer requests. All of them together are <c>GET /health/ready</c>.</summary>
internal interface IReadinessCheck
{
    /// <summary>The name in the answer, such as <c>storage</c>.</summary>
    string Name { get; }

    /// <summary>Looks whether it works.</summary>
    /// <returns>Null when it does; otherwise one sentence on what is wrong, without addresses or secrets: anybody may read it.</returns>
    ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken);
}
