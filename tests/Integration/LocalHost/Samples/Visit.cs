namespace Gatehouse.Tests.Integration.LocalHost.Samples;

/// <summary>A scoped service: one for each request.</summary>
public sealed class Visit
{
    public Guid Id { get; } = Guid.NewGuid();
}
